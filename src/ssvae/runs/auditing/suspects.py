"""What looks like a secret in the text files of a folder, to be looked at by a person before it is shared.

In: lines of text, names of files. Out: where, what kind, and the value with all but its beginning masked.
Not here: what is a secret (secrets.py); keeping secrets out of a record in the first place (redaction.py).
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from ssvae.runs.printable import one_line
from ssvae.runs.secrets import NAMED, is_secret_file, secrets_in

__all__ = ["Suspect", "suspicious_lines", "suspicious_names"]

_LONGEST_LINE = 20_000  # characters searched of one line; what follows in it is data

_SHORTEST = 6  # characters of a value that is a secret only by its name; fewer are a word of code

_HARMLESS = re.compile(
    r"\*+|x+|none|null|true|false|optional|redacted|<.*>|\$.*|[a-z_]\w*(\.[a-z_]\w*)+|[-+\d.e]+", re.I
)
"""A value that says nothing: masked already, another name, an expression of code, a count."""


@dataclasses.dataclass(frozen=True)
class Suspect:
    """One finding."""

    file: str
    """Relative to the run's folder; a part inside an archive after a colon."""
    line: int | None
    """From 1; None for a suspicious name."""
    kind: str
    shown: str
    """The beginning of the value, the rest masked."""


def suspicious_lines(file: str, lines: Iterable[str]) -> Iterator[Suspect]:
    """The findings in a text; of each line and kind the first."""
    for number, line in enumerate(lines, start=1):
        kinds = set()
        for secret in secrets_in(line[:_LONGEST_LINE]):
            value = line[secret.start : secret.end]
            if secret.is_needless:  # of `user:password@` the second tells how grave it is
                value = value.removesuffix("@").partition(":")[2] or value
            if secret.kind not in kinds and not _is_harmless(secret.kind, value):
                kinds.add(secret.kind)
                yield Suspect(file, number, secret.kind, _masked(value))


def suspicious_names(names: Iterable[str], archive: str | None = None) -> Iterator[Suspect]:
    """The findings among names of files; those of an archive are told with it."""
    for name in names:
        if is_secret_file(name):
            place = f"{archive}: {name}" if archive else name
            yield Suspect(
                one_line(place), None, "a file that usually holds secrets", PurePosixPath(name).name
            )


def _is_harmless(kind: str, value: str) -> bool:
    return bool(_HARMLESS.fullmatch(value)) or (kind == NAMED and len(value) < _SHORTEST)


def _masked(value: str) -> str:
    """Enough to find it again, too little to use it."""
    return (
        f"{one_line(value[:3])}… ({len(value)} characters)"
        if len(value) > 11
        else f"({len(value)} characters)"
    )
