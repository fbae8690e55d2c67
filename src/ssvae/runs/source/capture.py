"""The code of a run, whole: the repository it lies in, the project it is used from, what the user adds from elsewhere.

In: folders. Out: `Source`: the files for provenance/ and the facts of source.json. Nothing in the user's repositories
is touched. Not here: how one repository is captured (snapshot.py).
"""

import dataclasses
import functools
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ssvae
from ssvae.errors import ProvenanceError
from ssvae.runs.files import write_bytes, write_text
from ssvae.runs.git import NO_COMMIT, GitFacts
from ssvae.runs.git_command import GitError
from ssvae.runs.source.archive import archive_bytes, manifest_text, package_files, read_extra
from ssvae.runs.source.left_out import Budget, LeftOut
from ssvae.runs.source.nested import capture_repository
from ssvae.runs.source.repository import Repository, find_root, read_repository
from ssvae.runs.strict_json import dumps

__all__ = ["FACTS_FILE", "Source", "capture_source", "write_source"]

FACTS_FILE = "source.json"
_FORMAT = 1

_NAMES = {"ssvae": ("source.bundle", "uncommitted.diff"), "project": ("project.bundle", "project.diff")}


@dataclasses.dataclass(frozen=True)
class Source:
    """The code of a run."""

    files: Mapping[str, bytes]
    """Name in provenance/ → content; source.json is not among them."""
    facts: Mapping[str, Any]
    """The content of source.json."""
    git: GitFacts
    """What git knows of the repository that holds the code, or of the project it is used from."""

    @property
    def id(self) -> str:
        """The identity of the code: the git tree of its files as they lay on the disk, or its manifest's SHA-256."""
        return next(part["tree"] for part in self.facts["parts"] if part["role"] == "ssvae")


@functools.cache
def capture_source(code_folder: Path, working_folder: Path, extras: tuple[Path, ...] = ()) -> Source:
    """Capture the code. Once per process: a sweep's jobs all run the code that was imported when it began.

    Args:
        code_folder: A folder of the clone, or the package where it is installed.
        working_folder: Where the command was typed; its repository, if it is another one, is captured too.
        extras: Files and folders of the user's that the run reads: conf.d, plugin modules. Those that lie in a captured
            repository are there already.
    """
    capture = _Capture()
    capture.add_code(code_folder.resolve())
    capture.add_project(working_folder.resolve())
    for extra in dict.fromkeys(path.resolve() for path in extras):
        capture.add_extra(extra)
    return capture.source()


def write_source(folder: Path, source: Source) -> None:
    """Write a source into an existing folder.

    Raises:
        RunDirectoryError: when it cannot be written.
    """
    for name, content in source.files.items():
        write_bytes(folder / name, content)
    # Last: where it is, everything it names is there too.
    write_text(folder / FACTS_FILE, dumps(source.facts))


class _Capture:
    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._parts: list[dict[str, Any]] = []
        self._problems: list[str] = []
        self._held: dict[Path, set[bytes]] = {}
        """Root of a captured repository → the paths that are captured of it, or known to be left out."""
        self._git: GitFacts | None = None
        self._extra: dict[str, bytes] = {}
        self._extra_left_out: list[LeftOut] = []
        self._budget = Budget()

    def add_code(self, folder: Path) -> None:
        """The repository that holds the code; without one, the files of the package."""
        try:
            repository = read_repository(folder)
            if not _tracks_any(repository, folder):
                raise GitError(f"{folder} holds no file that git tracks")
            self._add_repository("ssvae", repository, folder)
        except ProvenanceError as error:
            self._git = GitFacts(problem=str(error))
            self._tell(folder, error)
            self._add_package(folder)

    def add_project(self, folder: Path) -> None:
        """The repository of the current folder, unless it is that of the code."""
        if find_root(folder) in self._held:
            return
        try:
            self._add_repository("project", read_repository(folder), folder)
        except ProvenanceError as error:
            self._tell(folder, error)

    def add_extra(self, place: Path) -> None:
        """A file or a folder, unless it lies in what is captured."""
        for root, paths in self._held.items():
            if place.is_relative_to(root):
                below = os.fsencode(place.relative_to(root).as_posix())
                if not any(path == below or path.startswith(below + b"/") for path in paths):
                    self._extra_left_out.append(LeftOut(os.fsencode(place), "git ignores it, or it is empty"))
                return
        if place.exists():
            taken = {name.partition("/")[0] for name in self._extra}
            names = (f"{place.name or 'root'}{number}" for number in ("", *range(2, len(taken) + 3)))
            files, left_out = read_extra(next(n for n in names if n not in taken), place, self._budget)
            self._extra |= files
            self._extra_left_out += left_out

    def source(self) -> Source:
        """Everything added."""
        if self._extra or self._extra_left_out:
            self._add_archive("extra", "extra.tar.gz", self._extra, None, self._extra_left_out)
        facts = {"format": _FORMAT, "parts": self._parts, "problems": self._problems}
        return Source(self._files, facts, self._git or GitFacts())

    def _add_repository(self, role: str, repository: Repository, folder: Path) -> None:
        found = capture_repository(role, repository, *_NAMES[role])
        found.parts[0]["folder"] = folder.relative_to(repository.root.resolve()).as_posix()
        self._files |= found.files
        self._parts += found.parts
        self._problems += found.problems
        self._held |= found.held
        if self._git is None or self._git.commit is None:
            problem = None if repository.commit else NO_COMMIT
            self._git = GitFacts(repository.short, repository.commit, found.is_dirty, problem)

    def _add_package(self, folder: Path) -> None:
        files = package_files(folder, Path(ssvae.__file__).resolve().parent)
        manifest = manifest_text(files).encode()
        self._files["source_manifest.txt"] = manifest
        self._add_archive("ssvae", "source.tar.gz", files, hashlib.sha256(manifest).hexdigest())

    def _add_archive(
        self,
        role: str,
        file: str,
        files: Mapping[str, bytes],
        tree: str | None,
        left_out: Sequence[LeftOut] = (),
    ) -> None:
        self._files[file] = archive_bytes(files)
        facts = {"role": role, "within": role, "path": None, "kind": "archive", "file": file, "root": None}
        facts |= {"folder": ".", "commit": None, "tree": tree, "branch": None, "remotes": [], "needs": None}
        self._parts.append(facts | {"paths": {}, "left_out": [item.fact() for item in left_out]})

    def _tell(self, folder: Path, error: ProvenanceError) -> None:
        """Keep the problem; that there is no repository is none."""
        expected = ("is not in a git", "holds no file that git tracks", "git is not installed")
        problem = f"The repository of {folder} could not be captured: {error}"
        if not any(words in str(error) for words in expected) and problem not in self._problems:
            self._problems.append(problem)


def _tracks_any(repository: Repository, folder: Path) -> bool:
    """Whether the repository is about this folder: an environment in a project holds copies of foreign code.

    Before the first commit nothing is tracked; then it is enough that git would track something.
    """
    below = os.fsencode(folder.relative_to(repository.root.resolve()).as_posix()) + b"/"
    known = [*repository.index, *repository.changes, *([] if repository.commit else repository.untracked)]
    return any(below == b"./" or path.startswith(below) for path in known)
