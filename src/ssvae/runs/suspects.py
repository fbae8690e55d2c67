"""What looks like a secret in the text files of a folder, to be looked at by a person before it is shared.

In: lines of text, names of files. Out: where, what kind, and the value with all but its beginning masked.
Not here: keeping secrets out of a record in the first place (redaction.py).
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from ssvae.runs.printable import one_line

__all__ = ["Suspect", "suspicious_lines", "suspicious_names"]

_LONGEST_LINE = 20_000  # characters searched of one line; what follows in it is data

_WORDS = "pass(?:word|wd|phrase)|secret|token|api[_-]?key|access[_-]?key|credentials?"

# The group `value` is what is masked. Every repetition has a bound, so that no text makes the search slow.
_PATTERNS = {
    "a password in a URL": re.compile(
        r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@'\"]{0,200}:(?P<value>[^\s/@'\"]{1,500})@", re.I
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]{0,30}(?P<value>PRIVATE KEY)-----"),
    "an AWS access key": re.compile(r"\b(?P<value>A[KS]IA[0-9A-Z]{16})\b"),
    "a GitHub token": re.compile(r"\b(?P<value>gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})"),
    "a GitLab token": re.compile(r"\b(?P<value>glpat-[\w-]{16,255})"),
    "a Slack token": re.compile(r"\b(?P<value>xox[abeoprs]-[\w-]{10,255})"),
    "a Google API key": re.compile(r"\b(?P<value>AIza[\w-]{35})"),
    "a Hugging Face token": re.compile(r"\b(?P<value>hf_[A-Za-z0-9]{30,255})"),
    "an API key": re.compile(r"\b(?P<value>sk-[\w-]{20,255})"),
    "a signed token": re.compile(r"\b(?P<value>eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.)"),
    "a value that is named as a secret": re.compile(
        rf"(?:{_WORDS})[\w-]{{0,30}}[\"']?\s{{0,5}}[:=]\s{{0,5}}[\"']?(?P<value>[^\s\"',;(){{}}\[\]]{{6,500}})",
        re.I,
    ),
}

_HARMLESS = re.compile(
    r"\*+|x+|none|null|true|false|optional|redacted|<.*>|\$.*|[a-z_]\w*(\.[a-z_]\w*)+|[-+\d.e]+", re.I
)
"""A value that says nothing: masked already, another name, an expression of code, a count."""

_NAMES = re.compile(
    r"\.env(\..+)?|\.netrc|\.pypirc|\.npmrc|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)|.+\.(pem|key|p12|pfx|keystore)"
    r"|(credentials?|secrets?)(\..+)?",
    re.I,
)


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
        for kind, pattern in _PATTERNS.items():
            match = pattern.search(line[:_LONGEST_LINE])
            if match and not _HARMLESS.fullmatch(match["value"]):
                yield Suspect(file, number, kind, _masked(match["value"]))


def suspicious_names(names: Iterable[str], archive: str | None = None) -> Iterator[Suspect]:
    """The findings among names of files; those of an archive are told with it."""
    for name in names:
        if _NAMES.fullmatch(PurePosixPath(name).name):
            place = f"{archive}: {name}" if archive else name
            yield Suspect(
                one_line(place), None, "a file that usually holds secrets", PurePosixPath(name).name
            )


def _masked(value: str) -> str:
    """Enough to find it again, too little to use it."""
    return (
        f"{one_line(value[:3])}… ({len(value)} characters)"
        if len(value) > 11
        else f"({len(value)} characters)"
    )
