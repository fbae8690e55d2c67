"""The code to run again: as it was when the run was made, or, when asked for, as it is here.

In: a record. Out: `Code`. Not here: how code is recorded and restored (runs/source), running it (rerun.py).
"""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import ssvae
from ssvae.errors import ProvenanceError
from ssvae.reproduction.findings import CODE, Finding
from ssvae.reproduction.record import PROVENANCE, Record
from ssvae.runs.source import FACTS_FILE, capture_source, restore_source, source_changes
from ssvae.runs.source.recorded import Part, Recorded, read_recorded

__all__ = ["Code", "present_code", "restored_code"]

_SHOWN = 20
"""Changed files named."""

_EXTRA = "extra/"
"""Files from outside every repository; only a `train` command knows which those would be now."""


@dataclasses.dataclass(frozen=True)
class Code:
    """What to run, and from where."""

    folder: Path
    """Holds train.py and src/ssvae, or the package ssvae/."""
    finding: Finding
    is_here: bool = False
    """Whether it is the present code."""
    project: Path | None = None
    """The folder of the user's own repository that the run was started in; holds their plugins and conf.d/."""
    extra: Path | None = None
    """More files of the user's."""

    @property
    def search(self) -> Path:
        """Where Python finds the package."""
        source = self.folder / "src"
        return source if (source / "ssvae").is_dir() else self.folder

    @property
    def program(self) -> Path | None:
        """train.py of a clone."""
        file = self.folder / "train.py"
        return file if self.search != self.folder and file.is_file() else None


def restored_code(record: Record, target: Path) -> Code:
    """Put the code of a run into `target`, an empty folder.

    Raises:
        ProvenanceError: when the run did not record its code, or the record is damaged.
    """
    recorded = _recorded(record)
    restored = restore_source(record.folder / PROVENANCE, target, (_present_folder(), Path.cwd()))
    finding = Finding(
        CODE, matches=tuple(_origin(part) for part in recorded.parts), notes=tuple(restored.notes)
    )
    return Code(_around(restored.code), finding, project=restored.project, extra=restored.extra)


def present_code(record: Record) -> Code:
    """The code of this process, and in what it is not the run's.

    Raises:
        ProvenanceError: when the run's record of its code is damaged.
    """
    folder = _present_folder()
    if not (record.folder / PROVENANCE / FACTS_FILE).exists():
        finding = Finding(CODE, notes=("the present code; what the run's was, it did not record",))
        return Code(_around(folder), finding, is_here=True)
    recorded = _recorded(record)
    now = capture_source(folder, Path.cwd())
    found = source_changes(record.folder / PROVENANCE, now, (folder, Path.cwd()))
    changes = [line for line in found if not line.partition(" ")[2].startswith(_EXTRA)]
    finding = Finding(
        CODE,
        matches=() if changes else ("the present code, which is the run's, byte for byte",),
        differences=tuple(_told(changes)),
        notes=(*recorded.problems, *_not_compared(recorded)),
    )
    return Code(_around(folder), finding, is_here=True)


def _recorded(record: Record) -> Recorded:
    try:
        return read_recorded(record.folder / PROVENANCE)
    except ProvenanceError as error:
        raise ProvenanceError(f"{error} Use --here to run it again with the present code.") from error


def _present_folder() -> Path:
    """The clone this code runs from, else the package."""
    package = Path(ssvae.__file__).resolve().parent
    around = _around(package)
    return around if (around / "train.py").is_file() else package


def _around(folder: Path) -> Path:
    """What holds the package, when the folder is the package itself: the clone, or where it is installed."""
    if not (folder / "__init__.py").is_file():
        return folder
    clone = folder.parents[1]
    return clone if folder.parent.name == "src" and (clone / "train.py").is_file() else folder.parent


def _origin(part: Part) -> str:
    """`ssvae: tree 1a2b3c4d5e6f, on commit …, from provenance/source.bundle`."""
    name = part.role if part.path is None else f"{part.role} {part.path}"
    identity = f"tree {part.tree[:12]}" if part.tree else "its files"
    commit = f", on commit {part.commit[:12]}" if part.commit else ""
    return f"{name}: {identity}{commit}, restored from {PROVENANCE}/{part.file.name}"


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
