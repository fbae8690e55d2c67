"""The files of a work tree as they lie on the disk, byte for byte, whatever git would make of them.

In: a repository. Out: `Worktree`: what is there, what is left out, what changed. Not here: the index and the commit.
"""

import contextlib
import dataclasses
import errno
import os
import stat
from collections.abc import Collection

from ssvae.runs.source.left_out import LARGEST_FILE, Budget, LeftOut, looks_secret
from ssvae.runs.source.objects import EXECUTABLE, FILE, GITLINK, LINK, Listing, Objects
from ssvae.runs.source.repository import Repository

__all__ = ["TooLarge", "Worktree", "read_worktree", "unchanged_bytes"]

_PIECE = 65_536  # bytes; most files end before, and take one call
_GONE = (errno.ENOENT, errno.ENOTDIR)


@dataclasses.dataclass
class Worktree:
    """What is on the disk."""

    listing: Listing = dataclasses.field(default_factory=dict)
    """Everything that is captured."""
    converted: dict[bytes, tuple[bytes, str]] = dataclasses.field(default_factory=dict)
    """Files that are unchanged for git though their bytes are others than it stores → what it stores."""
    hidden: list[bytes] = dataclasses.field(default_factory=list)
    """Files that changed while git was told to overlook it."""
    absent: list[bytes] = dataclasses.field(default_factory=list)
    """Files that are not there because git was told to leave them out: a sparse checkout."""
    left_out: list[LeftOut] = dataclasses.field(default_factory=list)


class TooLarge(Exception):  # noqa: N818 - it is no failure, and goes no further than snapshot.py
    """The unchanged files have more bytes together than were allowed."""


def read_worktree(
    repository: Repository, objects: Objects, suspects: Collection[bytes] | None, largest: int
) -> Worktree:
    """Read the files into `objects`.

    Args:
        repository: What git says.
        objects: Gets the contents.
        suspects: Of the files that git calls unchanged, those to read all the same; the others are only named.
            None for all.
        largest: Bytes that unchanged files may have together.

    Raises:
        TooLarge: when they have more.
    """
    return _Reader(repository, objects, largest).read(suspects)


def unchanged_bytes(repository: Repository, enough: int) -> int:
    """How many bytes the files that git calls unchanged have together; no more is added once it is over `enough`."""
    root, total = os.fsencode(repository.root) + b"/", 0
    for path, (mode, _) in repository.index.items():
        if mode != GITLINK and path not in repository.changes:
            with contextlib.suppress(OSError):
                total += os.lstat(root + path).st_size
            if total > enough:
                break
    return total


class _Reader:
    def __init__(self, repository: Repository, objects: Objects, largest: int):
        self._repository = repository
        self._objects = objects
        self._root = os.fsencode(repository.root) + b"/"
        self._budget = Budget()
        self._room = largest
        self._found = Worktree()

    def read(self, suspects: Collection[bytes] | None) -> Worktree:
        unwatched = set(self._repository.unwatched)
        for path, (mode, name) in self._repository.index.items():
            if path in self._repository.changes:
                continue
            if path in unwatched:
                self._read_unwatched(path, mode, name)
            elif mode != GITLINK and (suspects is None or path in suspects):
                self._read_unchanged(path, mode, name)
            else:
                self._found.listing[path] = (mode, name)
        for path, change in self._repository.changes.items():
            if change.mode is not None:
                self._read_changed(path, change.mode)
        for path in self._repository.untracked:
            self._read_changed(path, None)
        return self._found

    def _read_unchanged(self, path: bytes, mode: bytes, name: str) -> None:
        """What git calls unchanged is read all the same: its bytes may be others than it stores."""
        try:
            content = self._content(path, mode, self._room)
        except OSError as error:
            if error.errno not in _GONE:
                self._unreadable(path, error)
            return
        self._room -= len(content)
        found = self._objects.add_blob(content)
        self._found.listing[path] = (mode, found)
        if found != name:
            self._found.converted[path] = (mode, name)

    def _read_unwatched(self, path: bytes, mode: bytes, name: str) -> None:
        if self._lies_behind_a_link(path) or not os.path.lexists(self._root + path):
            self._found.absent.append(path)
            return
        self._read_changed(path, None)
        if self._found.listing.get(path) != (mode, name):
            self._found.hidden.append(path)

    def _read_changed(self, path: bytes, mode: bytes | None) -> None:
        """A file that is new or changed: it is read if it is small and no secret."""
        if mode == GITLINK:
            self._found.listing[path] = self._repository.index.get(path, (GITLINK, ""))
            return
        file = self._root + path
        try:
            status = os.lstat(file)
            if path not in self._repository.base and looks_secret(path):
                reason = "its name looks like a secret"
                self._found.left_out.append(LeftOut(path, reason, status.st_size))
                return
            mode = mode or self._mode(path, status.st_mode)
            if mode is None:
                self._found.left_out.append(LeftOut(path, "it is neither a file nor a link"))
            elif (reason := self._budget.refusal(status.st_size)) is not None:
                self._found.left_out.append(self._budget.left_out(path, file, status.st_size, reason))
            else:
                self._found.listing[path] = (
                    mode,
                    self._objects.add_blob(self._content(path, mode, LARGEST_FILE)),
                )
        except TooLarge:
            self._found.left_out.append(LeftOut(path, "it grew while it was read"))
        except OSError as error:
            if error.errno not in _GONE:
                self._unreadable(path, error)

    def _content(self, path: bytes, mode: bytes, largest: int) -> bytes:
        if mode == LINK and self._repository.has_links:
            return os.readlink(self._root + path)
        # Neither waits for a pipe nor follows a link that took the file's place.
        descriptor = os.open(self._root + path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            pieces = [os.read(descriptor, _PIECE)]
            while len(pieces[-1]) == _PIECE and len(pieces) * _PIECE <= largest:
                pieces.append(os.read(descriptor, _PIECE))
        finally:
            os.close(descriptor)
        content = b"".join(pieces)
        if len(content) > largest:
            raise TooLarge
        return content

    def _mode(self, path: bytes, bits: int) -> bytes | None:
        """What git would call a file with these bits."""
        if stat.S_ISLNK(bits):
            return LINK
        if not stat.S_ISREG(bits):
            return None
        known = self._repository.index.get(path, (FILE, ""))[0]
        if known == LINK and not self._repository.has_links:
            return LINK
        if not self._repository.has_modes:
            return known if known in (FILE, EXECUTABLE) else FILE
        return EXECUTABLE if bits & stat.S_IXUSR else FILE

    def _lies_behind_a_link(self, path: bytes) -> bool:
        folder = os.path.dirname(path)
        return os.path.realpath(self._root + folder) != os.path.join(
            os.path.realpath(self._root), folder
        ).rstrip(b"/")

    def _unreadable(self, path: bytes, error: OSError) -> None:
        self._found.left_out.append(LeftOut(path, f"it could not be read: {error.strerror}"))
