"""Objects as one bundle file, which `git clone` and `git fetch` understand.

Files are small and alike, so they are compressed together: their contents, one after the other, make one large object,
and each file is a delta that copies its part out of it. That is ten times faster than compressing each for itself,
and smaller. Formats: gitformat-pack(5), gitformat-bundle(5).
In: objects and references. Out: bytes. Not here: which objects (snapshot.py).
"""

import contextlib
import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor

from ssvae.runs.source.objects import COMMIT, Objects

__all__ = ["Packer", "bundle_bytes", "pack_bytes", "packing"]

_COMMIT, _TREE, _BLOB, _OFFSET_DELTA = 1, 2, 3, 6
_GROUP = 2_000_000  # bytes; a reader keeps a whole group in memory, and git a few of them
_LARGE = 500_000  # bytes; a file from here on is compressed for itself
_LEVEL = 1  # the fastest; the others save a tenth
_COPY = 0xBF  # an instruction to copy; all its bytes follow, zero or not
_PIECE = 0xFFFF  # bytes one copy instruction may take without the special meaning of 0x10000


class Packer:
    """Compresses contents on other threads while more of them are still being read."""

    def __init__(self, pool: Executor):
        self._pool = pool
        self._group: list[bytes] = []
        self._size = 0
        self._pieces: list[tuple[int, Callable[[], list[bytes]]]] = []
        """Number of objects, and what gives their bytes."""

    def add(self, content: bytes) -> None:
        """Pack the content of a file."""
        if not content or len(content) >= _LARGE:
            self._pieces.append((1, self._alone(_BLOB, content)))
            return
        self._group.append(content)
        self._size += len(content)
        if self._size >= _GROUP:
            self._close_group()

    def finish(self, objects: Objects) -> bytes:
        """The pack file: what was added, with the trees and the commits of `objects`."""
        self._close_group()
        for kind, content in objects.others.values():
            self._pieces.append((1, self._alone(_COMMIT if kind == COMMIT else _TREE, content)))
        count = sum(number for number, _ in self._pieces)
        body = [b"PACK" + (2).to_bytes(4) + count.to_bytes(4)]
        for _, make in self._pieces:
            body += make()
        together = b"".join(body)
        return together + hashlib.new(objects.algorithm, together, usedforsecurity=False).digest()

    def _alone(self, kind: int, content: bytes) -> Callable[[], list[bytes]]:
        if len(content) < _LARGE:  # to ask another thread takes longer
            compressed = zlib.compress(content, _LEVEL)
            return lambda: [_head(kind, len(content)), compressed]
        future = self._pool.submit(zlib.compress, content, _LEVEL)
        return lambda: [_head(kind, len(content)), future.result()]

    def _close_group(self) -> None:
        group, self._group, self._size = self._group, [], 0
        if group:
            future = self._pool.submit(_together, group)
            self._pieces.append((len(group) + 1, lambda: _taken_apart(group, future.result())))


@contextlib.contextmanager
def packing() -> Iterator[Packer]:
    """A packer and its threads."""
    with ThreadPoolExecutor(2) as pool:
        yield Packer(pool)


def pack_bytes(objects: Objects) -> bytes:
    """A pack file with every object."""
    with packing() as packer:
        for content in objects.blobs.values():
            packer.add(content)
        return packer.finish(objects)


def bundle_bytes(
    pack: bytes, algorithm: str, references: Mapping[str, str], needs: str | None = None
) -> bytes:
    """A bundle file.

    Args:
        pack: Its objects.
        algorithm: Their format.
        references: Name such as `refs/heads/x` → commit.
        needs: A commit that whoever unpacks it must have already; None when the bundle stands for itself.
    """
    lines = ["# v2 git bundle"] if algorithm == "sha1" else ["# v3 git bundle", f"@object-format={algorithm}"]
    lines += [f"-{needs} the commit below"] if needs else []
    lines += [f"{commit} {name}" for name, commit in references.items()]
    return "\n".join(lines).encode() + b"\n\n" + pack


def _together(group: list[bytes]) -> bytes:
    return zlib.compress(b"".join(group), _LEVEL)


def _taken_apart(group: list[bytes], compressed: bytes) -> list[bytes]:
    """A large object, followed by deltas that copy the contents of a group out of it."""
    size = sum(map(len, group))
    found = [_head(_BLOB, size), compressed]
    distance = len(found[0]) + len(compressed)  # from the large object to the next entry
    start, whole = 0, _size(size)
    for content in group:
        delta = whole + _size(len(content)) + _copies(start, len(content))
        entry = b"".join((_head(_OFFSET_DELTA, len(delta)), _offset(distance), _stored(delta)))
        found.append(entry)
        distance += len(entry)
        start += len(content)
    return found


def _head(kind: int, size: int) -> bytes:
    """The type and the size of an entry: four bits of the size, then seven at a time."""
    first, rest = kind << 4 | size & 0xF, size >> 4
    return bytes([first | 0x80]) + _size(rest) if rest else bytes([first])


def _size(number: int) -> bytes:
    """Seven bits at a time, the lowest first; the highest bit says that more follow."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _offset(distance: int) -> bytes:
    """The way back to the object a delta is of: seven bits at a time, the highest first, less one at each step."""
    found = [distance & 0x7F]
    while distance := distance >> 7:
        distance -= 1
        found.append(distance & 0x7F | 0x80)
    return bytes(reversed(found))


def _copies(start: int, size: int) -> bytes:
    """Instructions to copy `size` bytes from `start`: a byte that says which follow, four of place, two of length."""
    if size <= _PIECE:
        return struct.pack("<BIH", _COPY, start, size)
    stop = start + size
    places = range(start, stop, _PIECE)
    return b"".join(struct.pack("<BIH", _COPY, place, min(_PIECE, stop - place)) for place in places)


def _stored(delta: bytes) -> bytes:
    """A zlib stream (RFC 1950, 1951) that does not compress: setting up zlib costs more than a delta is long."""
    length = len(delta)
    head = b"\x78\x01\x01" + struct.pack("<HH", length, length ^ 0xFFFF)
    return head + delta + zlib.adler32(delta).to_bytes(4)
