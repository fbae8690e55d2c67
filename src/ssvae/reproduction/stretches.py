"""A run that was stopped and gone on with: where other code or other software took over.

Running it again uses what it began with from the first epoch to the last, so this explains differences after that.
In: a record. Out: sentences, and the epoch. Not here: what it began with (code.py, environment.py).
"""

from collections.abc import Iterator
from pathlib import Path

from ssvae.errors import ProvenanceError, RunDirectoryError
from ssvae.reproduction.environment import changes_between
from ssvae.reproduction.record import PROVENANCE, Record, Stretch, text_of
from ssvae.runs.git import GitFacts
from ssvae.runs.reading import is_inside, read_inside
from ssvae.runs.software import read_environment
from ssvae.runs.source import FACTS_FILE, Source, source_changes
from ssvae.runs.source.recorded import read_recorded
from ssvae.runs.strict_json import read_json_mapping

__all__ = ["code_changes", "environment_changes", "first_turn"]

_SHOWN = 10
"""Changed files named."""

_WHEN = ("before", "from there on")

_CODE = "The code "
"""The sentence on code among the differences that a resumed run notes begins so."""


def code_changes(record: Record) -> tuple[str, ...]:
    """One line for each time that other code took over, and the files that had changed."""
    return tuple(line for stretch in record.stretches for line in _code(record, stretch))


def environment_changes(record: Record) -> tuple[str, ...]:
    """One line for each time that other packages, variables or another interpreter took over."""
    return tuple(line for stretch in record.stretches for line in _environment(record, stretch))


def first_turn(record: Record) -> int | None:
    """The epoch after which something was other than at the beginning; None when it never was."""
    turned = (
        stretch.after_epoch
        for stretch in record.stretches
        if _has_other_code(record, stretch) or _software(record, stretch)
    )
    return min(turned, default=None)


def _code(record: Record, stretch: Stretch) -> Iterator[str]:
    if _has_other_code(record, stretch):
        yield f"after epoch {stretch.after_epoch} the run went on with other code ({stretch.folder})"
        changes = _changed_files(record, stretch)
        yield from changes[:_SHOWN]
        if len(changes) > _SHOWN:
            yield f"and {len(changes) - _SHOWN} more files"


def _environment(record: Record, stretch: Stretch) -> Iterator[str]:
    if found := _software(record, stretch):
        yield (
            f"after epoch {stretch.after_epoch} the run went on with other software ({stretch.folder}): "
            f"{'; '.join(found)}"
        )


def _has_other_code(record: Record, stretch: Stretch) -> bool:
    began = record.header.get("source_id")
    if began is not None and stretch.source_id is not None:
        return stretch.source_id != began
    return any(line.startswith(_CODE) for line in stretch.differences)


def _software(record: Record, stretch: Stretch) -> tuple[str, ...]:
    """By environment.txt of both; where one is not there, what the run noted itself."""
    text = text_of(record.folder, f"{stretch.folder}/environment.txt")
    if record.environment is None or text is None:
        return tuple(line for line in stretch.differences if not line.startswith(_CODE))
    return changes_between(read_environment(record.environment), read_environment(text), _WHEN)


def _changed_files(record: Record, stretch: Stretch) -> tuple[str, ...]:
    """None when one of the two records cannot be restored: then only that they differ is known."""
    try:
        later = _source(record, stretch)
        return source_changes(record.folder / PROVENANCE, later, (Path.cwd(),))
    except (ProvenanceError, RunDirectoryError, OSError):
        return ()


def _source(record: Record, stretch: Stretch) -> Source:
    folder = record.folder / stretch.folder
    if not is_inside(record.folder, f"{stretch.folder}/{FACTS_FILE}"):
        raise ProvenanceError(f"{folder} leads outside the run's folder.")
    names = [part.file.name for part in read_recorded(folder).parts]
    files = {name: read_inside(folder, name) for name in names}
    return Source(files, read_json_mapping(folder / FACTS_FILE), GitFacts())
