"""Files as one archive: the package where git knows nothing of it, and what the user adds to a run from elsewhere.

In: files. Out: a .tar.gz whose bytes depend on nothing but names and contents, and its manifest. Not here: git.
"""

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ssvae.runs.git_command import GitError, run_git
from ssvae.runs.source.left_out import Budget, LeftOut, looks_secret

__all__ = ["archive_bytes", "has_files", "manifest_text", "package_files", "plugins_digest", "read_extra"]

_LEVEL = 6  # what gzip does by itself
_PASSED_OVER = (
    "__pycache__",
    ".git",
    ".hg",
    ".svn",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
)


def package_files(code_folder: Path, package: Path) -> dict[str, bytes]:
    """The files of ssvae, under the names they would have where it is installed.

    Args:
        code_folder: A clone or an unpacked archive (it holds `src/ssvae`, and `conf`), or the package itself.
        package: Where the package is imported from, for a folder that is neither.
    """
    source = next((f for f in (code_folder / "src" / "ssvae", code_folder / "ssvae") if _is_package(f)), None)
    if source is None:
        source = code_folder if _is_package(code_folder) else package
    files = {f"ssvae/{name}": path for name, path in _walk(source)}
    beside = code_folder / "conf"
    if source != code_folder and not (source / "conf").is_dir() and beside.is_dir():
        files |= {f"ssvae/conf/{name}": path for name, path in _walk(beside)}
    return {name: path.read_bytes() for name, path in files.items() if not name.endswith((".pyc", ".so"))}


def read_extra(name: str, place: Path, budget: Budget) -> tuple[dict[str, bytes], list[LeftOut]]:
    """A file or a folder of the user's, what git ignores there excepted.

    Args:
        name: What it is called in the archive.
        place: Where it is.
        budget: What may still be captured.
    """
    files = dict(_walk(place)) if place.is_dir() else {"": place}
    ignored = _ignored(place if place.is_dir() else place.parent, list(files.values()))
    found, left_out = {}, []
    for below, path in files.items():
        full = f"{name}/{below}" if below else name
        item = None if path in ignored else _read(full, path, budget)
        if isinstance(item, LeftOut):
            left_out.append(item)
        elif item is not None:
            found[full] = item
    return found, left_out


def has_files(place: Path) -> bool:
    """Whether it is a file, or a folder with anything to capture."""
    return place.is_file() or any(True for _ in _walk(place))


def archive_bytes(files: Mapping[str, bytes]) -> bytes:
    """A .tar.gz, sorted, without times and owners."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), _LEVEL, mtime=0)


def manifest_text(files: Mapping[str, bytes]) -> str:
    """One line per file, as `sha256sum` writes and checks it."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines)


def plugins_digest(places: Iterable[Path]) -> str | None:
    """SHA-256 of the Python files of plugins by name and content, wherever they lie; None when there are no plugins.

    Args:
        places: Files and folders of packages; one that is named twice counts once. A file that cannot be read counts by
            its name.
    """
    files = (found for place in set(places) for found in _python_files(place))
    lines = sorted(os.fsencode(name) + b"\0" + _digest_of(path) for name, path in files)
    return hashlib.sha256(b"".join(lines)).hexdigest() if lines else None


def _digest_of(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:  # gone since it was listed, or a neighbor of somebody else's
        return b""


def _python_files(place: Path) -> Iterator[tuple[str, Path]]:
    if place.is_file():
        yield place.name, place
    else:
        yield from ((f"{place.name}/{name}", path) for name, path in _walk(place) if path.suffix == ".py")


def _is_package(folder: Path) -> bool:
    return folder.name == "ssvae" and (folder / "__init__.py").is_file()


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files below a folder; links to folders are not followed, so that it ends."""
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        for name in sorted(names):
            path = Path(above, name)
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path


def _read(name: str, path: Path, budget: Budget) -> bytes | LeftOut:
    try:
        size = path.stat().st_size
        if looks_secret(name.encode()):
            return LeftOut(name.encode(), "its name looks like a secret", size)
        if (reason := budget.refusal(size)) is not None:
            return budget.left_out(name.encode(), os.fsencode(path), size, reason)
        return path.read_bytes()
    except OSError as error:
        return LeftOut(name.encode(), f"it could not be read: {error.strerror}")


def _ignored(folder: Path, paths: list[Path]) -> set[Path]:
    """Those of the paths that a repository they lie in ignores."""
    asked = b"".join(os.fsencode(path) + b"\0" for path in paths)
    try:
        answer = run_git(folder, "check-ignore", "-z", "--stdin", content=asked)
    except GitError:  # no repository, or nothing ignored
        return set()
    return {Path(os.fsdecode(path)) for path in answer.split(b"\0") if path}
