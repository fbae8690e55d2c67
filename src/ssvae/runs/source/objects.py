"""Git's objects, made in memory: names, trees, commits. Nothing here needs a repository.

In: contents and listings. Out: object names, and the objects themselves. Not here: how they travel (pack.py).
"""

import hashlib
from collections.abc import Callable, Mapping

from ssvae.errors import ProvenanceError

__all__ = ["COMMIT", "EXECUTABLE", "FILE", "GITLINK", "LINK", "TREE", "Listing", "Objects", "object_name"]

COMMIT, TREE, BLOB = b"commit", b"tree", b"blob"

FILE, EXECUTABLE, LINK, GITLINK, _FOLDER = b"100644", b"100755", b"120000", b"160000", b"40000"
"""What an entry of a tree is, in git's spelling."""

Listing = dict[bytes, tuple[bytes, str]]
"""Path from the root, `/` between its parts → mode, object name."""

_AUTHOR = b"ssvae <ssvae@localhost> 0 +0000"
"""No name and no time: the same files make the same commit."""


def object_name(kind: bytes, content: bytes, algorithm: str = "sha1") -> str:
    """The name git gives an object.

    Args:
        kind: `b"blob"`, `b"tree"` or `b"commit"`.
        content: All of it.
        algorithm: The repository's object format, sha1 or sha256.
    """
    digest = hashlib.new(algorithm, b"%s %d\0" % (kind, len(content)), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


class Objects:
    """Objects of one format, gathered by name."""

    def __init__(self, algorithm: str = "sha1", on_blob: Callable[[bytes], object] = len):
        """`on_blob` is told each content when it comes, once."""
        self.algorithm = algorithm
        self._on_blob = on_blob
        self.blobs: dict[str, bytes] = {}
        """Contents of files, by name."""
        self.others: dict[str, tuple[bytes, bytes]] = {}
        """Trees and commits: name → kind, content."""
        self._listings: list[tuple[Listing, str]] = []

    def add_blob(self, content: bytes) -> str:
        """Keep the content of a file; its name."""
        name = object_name(BLOB, content, self.algorithm)
        self.add_named({name: content})
        return name

    def add_named(self, blobs: Mapping[str, bytes]) -> None:
        """Keep contents whose names are known."""
        for name, content in blobs.items():
            if name not in self.blobs:
                self.blobs[name] = content
                self._on_blob(content)

    def add_tree(self, listing: Listing) -> str:
        """Keep the trees that hold a listing; the name of the topmost.

        Raises:
            ProvenanceError: when a path is a file and a folder at once.
        """
        # In a clean repository, what is committed, staged and on the disk is the same.
        for known, name in self._listings:
            if known == listing:
                return name
        name = self._add_folder(_nested(listing))
        self._listings.append((dict(listing), name))
        return name

    def add_commit(self, tree: str, parents: tuple[str, ...], message: str) -> str:
        """Keep a commit; its name."""
        lines = [b"tree " + tree.encode(), *(b"parent " + parent.encode() for parent in parents)]
        lines += [b"author " + _AUTHOR, b"committer " + _AUTHOR, b"", message.encode()]
        return self._add(COMMIT, b"\n".join(lines) + b"\n")

    def _add(self, kind: bytes, content: bytes) -> str:
        name = object_name(kind, content, self.algorithm)
        self.others[name] = (kind, content)
        return name

    def _add_folder(self, folder: dict) -> str:
        entries = []
        for name, child in folder.items():
            if isinstance(child, dict):
                # Git sorts a folder as if its name ended in a slash.
                entries.append((name + b"/", b"%s %s\0" % (_FOLDER, name), self._add_folder(child)))
            else:
                mode, target = child
                entries.append((name, b"%s %s\0" % (mode, name), target))
        entries.sort()
        return self._add(TREE, b"".join(head + bytes.fromhex(target) for _, head, target in entries))


def _nested(listing: Listing) -> dict:
    """Folders as dicts in dicts."""
    top: dict = {}
    folders: dict[bytes, dict] = {b"": top}
    for path, entry in listing.items():
        parent, _, name = path.rpartition(b"/")
        folder = folders.get(parent)
        if folder is None:
            folder = _folder(folders, parent)
        if name in folder:
            raise _twice(path)
        folder[name] = entry
    return top


def _folder(folders: dict[bytes, dict], path: bytes) -> dict:
    """The folder at `path`, made with all above it when absent."""
    found = folders.get(path)
    if found is None:
        parent, _, name = path.rpartition(b"/")
        above = _folder(folders, parent)
        if name in above:
            raise _twice(path)
        found = folders[path] = above[name] = {}
    return found


def _twice(path: bytes) -> ProvenanceError:
    return ProvenanceError(
        f"{path.decode(errors='backslashreplace')} is a file and a folder at once: it was changed while it was read."
    )
