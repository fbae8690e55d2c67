"""The code that is here instead of the run's, and in what it is not the run's.

In: a record. Out: `Code`. Not here: the run's own code (code.py).
"""

from collections.abc import Iterator
from pathlib import Path

from ssvae.errors import ProvenanceError
from ssvae.reproduction.code import Code, around, present_folder, recorded_code
from ssvae.reproduction.findings import CODE, Finding
from ssvae.reproduction.record import PROVENANCE, Record
from ssvae.runs.source import FACTS_FILE, Source, capture_source, source_changes
from ssvae.runs.source.recorded import Recorded

__all__ = ["present_code"]

_SHOWN = 20
"""Changed files named."""

_EXTRA = "extra/"
"""Files from outside every repository; only a `train` command knows which those would be now."""


def present_code(record: Record) -> Code:
    """The code of this process. What the run's folder holds cannot stop it from being used."""
    folder = present_folder()
    try:
        finding = _compared(record, folder)
    except ProvenanceError as error:
        finding = Finding(CODE, notes=(f"the present code; whether it is the run's cannot be told: {error}",))
    return Code(around(folder), finding, is_here=True)


def _compared(record: Record, folder: Path) -> Finding:
    """What is the same, and how that is known."""
    if not (record.folder / PROVENANCE / FACTS_FILE).exists():
        return Finding(CODE, notes=("the present code; what the run's was, it did not record",))
    recorded, now = recorded_code(record), capture_source(folder, Path.cwd())
    found = source_changes(record.folder / PROVENANCE, now, (folder, Path.cwd()))
    changes = [line for line in found if not line.partition(" ")[2].startswith(_EXTRA)]
    return Finding(
        CODE,
        matches=() if changes else (_sameness(recorded, now),),
        differences=tuple(_told(changes)),
        notes=(*recorded.problems, *_not_compared(recorded)),
    )


def _sameness(recorded: Recorded, now: Source) -> str:
    """Equal names of trees mean equal content, but only as far as source.json is right."""
    named = {(part.within, part.path): part.tree for part in recorded.parts}
    present = {(part["within"], part["path"]): part["tree"] for part in now.facts["parts"]}
    if named != present or None in named.values():
        return f"the present code: every file is what {PROVENANCE}/ holds, byte for byte"
    trees = ", ".join(str(tree)[:12] for tree in named.values())
    return (
        f"the present code has the tree that {PROVENANCE}/{FACTS_FILE} names ({trees}); "
        "compared are these names, not the files in the run's folder"
    )


def _told(changes: list[str]) -> Iterator[str]:
    if changes:
        yield f"the present code, of which {len(changes)} files are not the run's (A new, D gone, M changed)"
        yield from changes[:_SHOWN]
    if len(changes) > _SHOWN:
        yield f"and {len(changes) - _SHOWN} more files"


def _not_compared(recorded: Recorded) -> Iterator[str]:
    for part in recorded.parts:
        yield from (f"{path} was not recorded: {reason}" for path, reason in part.left_out)
        if part.role == "extra":
            yield "files from outside every repository (conf.d, plugins) are not compared"
