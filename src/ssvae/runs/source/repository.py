"""What git says of a repository: where it is, what it tracks, what was changed. It is only asked, never told.

In: a folder. Out: `Repository`. Not here: the contents of files (worktree.py).
"""

import dataclasses
import os
from pathlib import Path

from ssvae.runs.git import commit_of
from ssvae.runs.git_command import GitError, NoRepositoryError, run_git
from ssvae.runs.redaction import without_secrets
from ssvae.runs.run_folders import without_runs
from ssvae.runs.source.objects import GITLINK, Listing

__all__ = ["Change", "Repository", "read_repository"]

_ABSENT = b"000000"
_STATUS = (
    *("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames"),
    # Of a submodule only its commit counts here: its files are looked at when it is captured itself.
    *("--ignored=no", "--ignore-submodules=dirty", "--no-ahead-behind"),
)


@dataclasses.dataclass(frozen=True)
class Change:
    """A tracked path that is not as in the commit, in the index or on the disk."""

    mode: bytes | None
    """What it is on the disk; None when it is not there, or no longer tracked."""
    is_conflict: bool = False


@dataclasses.dataclass
class Repository:
    """A repository as it was found."""

    root: Path
    """The topmost folder of the work tree."""
    algorithm: str
    """sha1 or sha256."""
    commit: str | None = None
    """The commit checked out; None before the first."""
    short: str | None = None
    branch: str | None = None
    """None when no branch is checked out."""
    remotes: tuple[str, ...] = ()
    """Addresses without credentials."""
    index: Listing = dataclasses.field(default_factory=dict)
    """What is staged; paths in conflict are not in it."""
    base: Listing = dataclasses.field(default_factory=dict)
    """What the commit holds."""
    changes: dict[bytes, Change] = dataclasses.field(default_factory=dict)
    untracked: list[bytes] = dataclasses.field(default_factory=list)
    """Files git would add; ignored ones are not among them, nor are those of runs."""
    run_folders: list[bytes] = dataclasses.field(default_factory=list)
    """Folders that runs and sweeps wrote, and git does not ignore."""
    embedded: list[bytes] = dataclasses.field(default_factory=list)
    """Folders with repositories of their own, submodules or not."""
    unwatched: list[bytes] = dataclasses.field(default_factory=list)
    """Files whose changes git was told to overlook: assume-unchanged, skip-worktree."""
    has_modes: bool = True
    """Whether the executable bit on the disk means something."""
    has_links: bool = True
    """Whether symbolic links are links on the disk."""
    has_filters: bool = False
    """Whether files may be converted on their way between the disk and git: line ends, LFS."""

    @property
    def has_conflicts(self) -> bool:
        """Whether a merge is unfinished."""
        return any(change.is_conflict for change in self.changes.values())

    @property
    def is_dirty(self) -> bool:
        """Whether anything differs from the commit, as far as git looks."""
        return bool(self.changes or self.untracked)


def read_repository(folder: Path) -> Repository:
    """The repository whose work tree `folder` lies in.

    Raises:
        GitError: when there is none, or git cannot read it.
    """
    words = ("--show-toplevel", "--show-object-format", "--git-path", "info/attributes")
    answers = run_git(folder, "rev-parse", *words).rstrip(b"\n").split(b"\n")
    if len(answers) != 3 or not answers[0]:
        raise NoRepositoryError(f"{folder} is not in a git work tree, or has a line break in its path")
    root, algorithm, attributes = answers
    found = Repository(Path(os.fsdecode(root)), algorithm.decode())
    found.has_filters = os.path.exists(os.path.join(os.fsencode(folder), attributes))
    filters = _read_settings(found)
    _read_index(found)
    _read_status(found, filters)
    _set_runs_apart(found)
    found.short = commit_of(found.root, "--short") if found.commit else None
    found.has_filters |= any(_name(path) == b".gitattributes" for path in (*found.index, *found.untracked))
    return found


def _read_settings(found: Repository) -> list[str]:
    """Fill what the configuration says; options that keep every filter program from running, should one fail."""
    pattern = r"^(core\.(filemode|symlinks|autocrlf|eol|attributesfile)|remote\..*\.url|filter\..*)$"
    try:
        answers = run_git(found.root, "config", "-z", "--get-regexp", pattern)
    except GitError:  # none of them is set
        answers = b""
    options, remotes = [], []
    for line in filter(None, answers.split(b"\0")):
        name, _, value = (part.decode(errors="surrogateescape") for part in line.partition(b"\n"))
        is_no = value.lower() in ("false", "no", "off", "0")
        if name == "core.filemode":
            found.has_modes = not is_no
        elif name == "core.symlinks":
            found.has_links = not is_no
        elif name.startswith("core."):
            found.has_filters |= not is_no
        elif name.startswith("remote."):
            remotes.append(without_secrets(value))
        else:
            programs = ("clean", "process", "smudge")
            driver, _, what = name.rpartition(".")
            options += ["-c", f"{name}="] if what in programs else ["-c", f"{driver}.required=false"]
    found.remotes = tuple(dict.fromkeys(remotes))
    # A driver may be set up for the user or the machine, and its attributes too: then files may be converted.
    found.has_filters |= bool(options)
    return options


def _read_index(found: Repository) -> None:
    for line in filter(None, run_git(found.root, "ls-files", "-v", "-s", "-z").split(b"\0")):
        head, _, path = line.partition(b"\t")
        tag, mode, name, stage = head.split(b" ")
        if stage != b"0":
            continue
        found.index[path] = (mode, name.decode())
        if mode == GITLINK:
            found.embedded.append(path)
        elif tag != b"H":
            found.unwatched.append(path)
    found.base = dict(found.index)


def _read_status(found: Repository, filters: list[str]) -> None:
    try:
        # A filter program, such as that of LFS, may have to say whether a file is changed, as for any `git status`.
        answers = run_git(found.root, *_STATUS)
    except GitError:
        if not filters:
            raise
        answers = run_git(found.root, *filters, *_STATUS)
    for line in filter(None, answers.split(b"\0")):
        match line[:2]:
            case b"# ":
                _read_branch(found, line[2:].decode(errors="backslashreplace"))
            case b"1 ":
                _read_change(found, line)
            case b"u ":
                _read_conflict(found, line)
            case b"? ":
                _read_untracked(found, line[2:])


def _read_branch(found: Repository, line: str) -> None:
    word, _, value = line.partition(" ")
    if word == "branch.oid":
        found.commit = None if value == "(initial)" else value
    elif word == "branch.head":
        found.branch = None if value == "(detached)" else value


def _read_change(found: Repository, line: bytes) -> None:
    _, kinds, _, base_mode, _, mode, base_name, _, path = line.split(b" ", 8)
    is_gone = kinds[:1] == b"D" or mode == _ABSENT
    found.changes[path] = Change(None if is_gone else mode)
    if kinds == b".A":  # the intent to add is neither content of the index nor of the commit
        found.index.pop(path, None)
        found.base.pop(path, None)
    elif kinds[:1] != b".":
        _put(found.base, path, base_mode, base_name)


def _read_conflict(found: Repository, line: bytes) -> None:
    # The second of three versions is that of the commit checked out.
    _, _, _, _, ours_mode, _, mode, _, ours, _, path = line.split(b" ", 10)
    found.changes[path] = Change(None if mode == _ABSENT else mode, is_conflict=True)
    _put(found.base, path, ours_mode, ours)


def _put(listing: Listing, path: bytes, mode: bytes, name: bytes) -> None:
    if mode == _ABSENT:
        listing.pop(path, None)
    else:
        listing[path] = (mode, name.decode())


def _read_untracked(found: Repository, path: bytes) -> None:
    if path.endswith(b"/"):  # git does not look into another repository
        found.embedded.append(path.rstrip(b"/"))
    else:
        found.untracked.append(path)


def _set_runs_apart(found: Repository) -> None:
    """What runs wrote is no part of the code: otherwise each would capture all those before it, and itself."""
    embedded = [path for path in found.embedded if path not in found.index]
    kept, found.run_folders = without_runs(found.root, [*found.untracked, *embedded], found.index)
    if found.run_folders:
        others = set(kept)
        found.untracked = [path for path in found.untracked if path in others]
        found.embedded = [path for path in found.embedded if path in others or path in found.index]


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]
