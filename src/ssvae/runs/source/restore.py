"""A captured source put back into an empty folder: files byte for byte, and as far as possible what git said of them.

No hook, filter or other program named by the captured files runs, and nothing is written outside the folder.
In: provenance/ of a run. Out: `Restored`. Not here: what source.json may say (recorded.py).
"""

import dataclasses
import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ssvae.errors import ProvenanceError
from ssvae.runs.source.archive import manifest_text
from ssvae.runs.source.checkout import check_out
from ssvae.runs.source.recorded import Part, is_safe_path, read_recorded

__all__ = ["Restored", "restore_source"]

_FOLDERS = {"ssvae": "code", "project": "project", "extra": "extra"}
_LARGEST_ARCHIVE = 1_000_000_000  # bytes unpacked; ours have a tenth at most


@dataclasses.dataclass(frozen=True)
class Restored:
    """Where the captured source is now."""

    code: Path
    """The folder that holds train.py and src/ssvae, or the package ssvae/."""
    project: Path | None = None
    """The folder in the user's own repository where the command was typed."""
    extra: Path | None = None
    """The files and folders that the user added."""
    notes: tuple[str, ...] = ()
    """What is not exactly as it was."""


def restore_source(provenance: Path, target: Path, repositories: Sequence[Path] = ()) -> Restored:
    """Put the source of a run into `target`: code/, project/ and extra/.

    Args:
        provenance: The run's provenance/.
        target: A folder that is empty or not there.
        repositories: Where to look for a commit that a bundle stands on, before the place it came from.

    Raises:
        ProvenanceError: when the record is absent, damaged or unsafe, what was unpacked is not what source.json names,
            a commit it needs is nowhere to be found, or `target` cannot be written.
    """
    recorded = read_recorded(provenance)
    try:
        if target.exists() and any(target.iterdir()):
            raise ProvenanceError(f"{target} is not empty: name a folder that is, or one that is not there.")
        for part in recorded.parts:
            _restore(part, target, repositories)
    except OSError as error:  # a file where a folder should be, a full disk
        raise ProvenanceError(f"{target} could not be written: {error.strerror or error}") from error
    places = {part.role: _place(part, target) for part in recorded.parts if part.path is None}
    notes = (*recorded.problems, *_notes(recorded.parts))
    return Restored(places["ssvae"], places.get("project"), places.get("extra"), notes)


def _restore(part: Part, target: Path, repositories: Sequence[Path]) -> None:
    folder = target / _FOLDERS[part.within]
    if not part.file.is_file() or part.file.is_symlink():
        raise ProvenanceError(f"{part.file} is not there, but source.json names it.")
    if part.kind == "archive":
        _unpack(part, folder)
        return
    if part.path is not None:
        folder = _inside(folder, part.path)
    check_out(part, folder, repositories)


def _inside(outer: Path, path: str) -> Path:
    """The folder of a submodule; no link on the way may lead elsewhere."""
    folder = outer / path
    if folder.resolve() != outer.resolve() / path:
        raise ProvenanceError(
            f"source.json puts a repository at {path}, which leads out of {outer} by a link."
        )
    return folder


def _place(part: Part, target: Path) -> Path:
    """The folder of a part that something is started in, or imported from."""
    outer = (target / _FOLDERS[part.role]).resolve()
    folder = outer / part.folder
    if not folder.is_dir() or not folder.resolve().is_relative_to(outer):
        raise ProvenanceError(
            f"source.json names the folder {part.folder} in {part.file.name}, which is no folder there, or a link that "
            "leads out of it. The record was changed by hand or comes from a stranger."
        )
    return folder


def _unpack(part: Part, folder: Path) -> None:
    """Plain files only: ours hold nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(part.file, "r:gz") as archive:
            files = dict(_members(archive, part.file))
    except (tarfile.TarError, EOFError, ValueError, zlib.error, gzip.BadGzipFile) as error:
        raise ProvenanceError(f"{part.file} is damaged: {error}") from error
    _check_manifest(part, files)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _check_manifest(part: Part, files: Mapping[str, bytes]) -> None:
    """The files that a user added have none, but nothing of ssvae is among them."""
    if part.tree is None:
        return
    manifest = manifest_text(files).encode(errors="surrogateescape")  # a name may be no text
    found = hashlib.sha256(manifest).hexdigest()
    if found != part.tree:
        raise ProvenanceError(
            f"{part.file} does not hold the files of the run: their manifest has the SHA-256 {found}, and source.json "
            f"names {part.tree}. One of the two was replaced."
        )


def _members(archive: tarfile.TarFile, file: Path) -> Iterator[tuple[str, bytes]]:
    total = 0
    for entry in archive:
        total += entry.size
        content = archive.extractfile(entry) if entry.isreg() and is_safe_path(entry.name) else None
        if content is None or total > _LARGEST_ARCHIVE:
            raise ProvenanceError(
                f"{file} holds {entry.name!r}, which no run writes there: a link, a path that leads out of the folder, "
                "or too much. It was changed by hand or comes from a stranger."
            )
        yield entry.name, content.read()


def _notes(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        for path, reason in part.left_out:
            yield f"{path} is not there: {reason}."
