"""The code of a run as it was when the run was made, put back to be run again; nothing else may take its place.

In: a record. Out: `Code`. Not here: how code is recorded and restored (runs/source), the present code (present.py),
running it (rerun.py).
"""

import dataclasses
import shutil
from pathlib import Path

import ssvae
from ssvae.errors import ProvenanceError
from ssvae.reproduction.findings import CODE, Finding
from ssvae.reproduction.record import PROVENANCE, Record
from ssvae.runs.reading import is_inside
from ssvae.runs.source import FACTS_FILE, restore_source
from ssvae.runs.source.recorded import Part, Recorded, read_recorded

__all__ = ["Code", "around", "present_folder", "recorded_code", "restored_code"]


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
    def package(self) -> Path:
        """The package itself."""
        return self.search / "ssvae"

    @property
    def program(self) -> Path | None:
        """train.py of a clone."""
        file = self.folder / "train.py"
        return file if self.search != self.folder and file.is_file() else None


def restored_code(record: Record, target: Path) -> Code:
    """Put the code of a run into `target`, an empty folder.

    Raises:
        ProvenanceError: when the run did not record its code, or what is in its folder is not the recorded code.
    """
    try:
        recorded = recorded_code(record)
        restored = restore_source(record.folder / PROVENANCE, target, (present_folder(), Path.cwd()))
        finding = Finding(
            CODE, matches=tuple(_origin(part) for part in recorded.parts), notes=tuple(restored.notes)
        )
        code = Code(around(restored.code), finding, project=restored.project, extra=restored.extra)
        _check_code(code, target)
    except ProvenanceError as error:
        needs_no = "" if shutil.which("git") else ", which needs no git"
        raise ProvenanceError(
            f"{error} Use --here to run it again with the present code{needs_no}."
        ) from error
    return code


def recorded_code(record: Record) -> Recorded:
    """What the run says of its code.

    Raises:
        ProvenanceError: when it says nothing, or the record is damaged.
    """
    if not is_inside(record.folder, f"{PROVENANCE}/{FACTS_FILE}"):
        raise ProvenanceError(
            f"{record.folder / PROVENANCE} leads outside the run's folder. Do not trust it."
        )
    return read_recorded(record.folder / PROVENANCE)


def present_folder() -> Path:
    """The clone this code runs from, else the package."""
    package = Path(ssvae.__file__).resolve().parent
    outer = around(package)
    return outer if (outer / "train.py").is_file() else package


def around(folder: Path) -> Path:
    """What holds the package, when the folder is the package itself: the clone, or where it is installed."""
    if not (folder / "__init__.py").is_file():
        return folder
    clone = folder.parents[1]
    return clone if folder.parent.name == "src" and (clone / "train.py").is_file() else folder.parent


def _check_code(code: Code, target: Path) -> None:
    """Without a package there Python would go on looking, and find the present one."""
    files = (code.package / "__init__.py", *filter(None, (code.program,)))
    for file in files:
        if not file.is_file() or not file.resolve().is_relative_to(target.resolve()):
            raise ProvenanceError(
                f"What {PROVENANCE}/ holds is not the code of a run: {file.relative_to(target)} must be a file in it, "
                "and is absent or leads elsewhere."
            )


def _origin(part: Part) -> str:
    """`ssvae: tree 1a2b3c4d5e6f, on commit …, restored from provenance/source.bundle`."""
    name = part.role if part.path is None else f"{part.role} {part.path}"
    identity = f"tree {part.tree[:12]}" if part.tree else "its files"
    commit = f", on commit {part.commit[:12]}" if part.commit else ""
    return f"{name}: {identity}{commit}, restored from {PROVENANCE}/{part.file.name}"
