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
from ssvae.plugins import plugin_code
from ssvae.runs.files import write_bytes, write_text
from ssvae.runs.git import NO_COMMIT, GitFacts, find_root
from ssvae.runs.git_command import NoRepositoryError
from ssvae.runs.run_folders import lies_in_run
from ssvae.runs.source.archive import (
    archive_bytes,
    has_files,
    manifest_text,
    package_files,
    plugins_digest,
    read_extra,
)
from ssvae.runs.source.left_out import Budget, LeftOut
from ssvae.runs.source.nested import capture_repository
from ssvae.runs.source.repository import Repository, read_repository
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
        """The identity of the code: the git tree of its files as they lay on the disk, or its manifest's SHA-256; with
        plugins, the SHA-256 of that and of their files.
        """
        tree = next(part["tree"] for part in self.facts["parts"] if part["role"] == "ssvae")
        plugins = self.facts.get("plugins")
        return tree if plugins is None else hashlib.sha256(f"{tree} {plugins}".encode()).hexdigest()


@functools.cache
def capture_source(code_folder: Path, working_folder: Path, extras: tuple[Path, ...] = ()) -> Source:
    """Capture the code. Once per process: a sweep's jobs all run the code that was imported when it began.

    Args:
        code_folder: A folder of the clone, or the package where it is installed.
        working_folder: Where the command was typed; its repository, if it is another one, is captured too.
        extras: Files and folders of the user's that the run reads: conf.d, plugin modules. Those that lie in a captured
            repository are there already.
    """
    capture = _Capture(working_folder.resolve())
    capture.add_code(code_folder.resolve())
    capture.add_project(working_folder.resolve())
    # Those that lie in the working folder first: they keep their names.
    places = dict.fromkeys(path.resolve() for path in extras)
    for extra in sorted(places, key=lambda place: not place.is_relative_to(working_folder.resolve())):
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
    def __init__(self, working_folder: Path) -> None:
        self._working_folder = working_folder
        self._files: dict[str, bytes] = {}
        self._parts: list[dict[str, Any]] = []
        self._problems: list[str] = []
        self._held: dict[Path, set[bytes]] = {}
        """Root of a captured repository → the paths that are captured of it, or known to be left out."""
        self._git: GitFacts | None = None
        self._extra: dict[str, bytes] = {}
        self._tops: set[str] = set()
        """The first parts of the names in the archive of extras."""
        self._extra_left_out: list[LeftOut] = []
        self._budget = Budget()

    def add_code(self, folder: Path) -> None:
        """The repository that holds the code; without one, the files of the package."""
        try:
            repository = read_repository(folder)
            if not _tracks_any(repository, folder):
                raise NoRepositoryError(f"{folder} holds no file that git tracks")
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
        root = next((root for root in self._held if place.is_relative_to(root)), None)
        if root is not None:
            self._look_for(place, root)
        elif place.exists():
            files, left_out = read_extra(self._extra_name(place), place, self._budget)
            self._extra |= files
            self._extra_left_out += left_out

    def _look_for(self, place: Path, root: Path) -> None:
        """Say so when a captured repository does not hold it, unless there is nothing to hold."""
        below = os.fsencode(place.relative_to(root).as_posix())
        is_held = any(path == below or path.startswith(below + b"/") for path in self._held[root])
        if is_held or not has_files(place) or (place.name == "config.yaml" and lies_in_run(place, root)):
            return
        is_here = place.is_relative_to(self._working_folder)
        name = place.relative_to(self._working_folder if is_here else root).as_posix()
        reason = "it lies in the folder of a run" if lies_in_run(place, root) else "git ignores it"
        self._extra_left_out.append(LeftOut(os.fsencode(name), reason))

    def _extra_name(self, place: Path) -> str:
        """Where it lies from the working folder, when it lies there; its first part is told apart from the others'."""
        is_here = place.is_relative_to(self._working_folder) and place != self._working_folder
        name = place.relative_to(self._working_folder).as_posix() if is_here else place.name or "root"
        top, slash, rest = name.partition("/")
        tops = (f"{top}{number}" for number in ("", *range(2, len(self._tops) + 3)))
        found = next(name for name in tops if name not in self._tops) if not is_here else top
        self._tops.add(found)
        return found + slash + rest

    def source(self) -> Source:
        """Everything added."""
        if self._extra or self._extra_left_out:
            self._add_archive("extra", "extra.tar.gz", self._extra, None, self._extra_left_out)
        plugins = plugins_digest(plugin_code())
        facts = {"format": _FORMAT, "parts": self._parts, "problems": self._problems, "plugins": plugins}
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
            files = tuple(name for name in _NAMES[role] if name in found.files)
            self._git = GitFacts(repository.short, repository.commit, found.is_dirty, problem, role, files)

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
        problem = f"The repository of {folder} could not be captured: {error}"
        if not isinstance(error, NoRepositoryError) and problem not in self._problems:
            self._problems.append(problem)


def _tracks_any(repository: Repository, folder: Path) -> bool:
    """Whether the repository is about this folder: an environment in a project holds copies of foreign code.

    Before the first commit nothing is tracked; then it is enough that git would track something.
    """
    below = os.fsencode(folder.relative_to(repository.root.resolve()).as_posix()) + b"/"
    known = [*repository.index, *repository.changes, *([] if repository.commit else repository.untracked)]
    return any(below == b"./" or path.startswith(below) for path in known)
