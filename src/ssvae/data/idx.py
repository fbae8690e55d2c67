"""IDX files, the format of MNIST and its relatives: found, read, and checked to be the very files expected.

In: what each file should be, and folders. Out: arrays, or an error that says what is wrong with which file.
Not here: which files a data set has (mnist.py), which folders to look in (folders.py).
"""

import dataclasses
import functools
import gzip
import hashlib
import math
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from ssvae.data.stamps import Stamp, stamp
from ssvae.errors import DataError

__all__ = ["IdxFile", "missing_idx", "read_idx"]

GZIP_MAGIC = b"\x1f\x8b"

UNSIGNED_BYTE = 8
"""The third byte of an IDX file names the type of its numbers; this is the only one image data sets use."""


@dataclasses.dataclass(frozen=True)
class IdxFile:
    """What one file should be."""

    name: str
    """Without `.gz`; either form is read."""
    shape: tuple[int, ...]
    """Of the array of bytes inside."""
    md5: str
    """Of the uncompressed file, header included, in hexadecimal."""

    @property
    def header(self) -> bytes:
        """Two zeros, type, number of axes; then the length of each axis as four bytes, the highest first."""
        lengths = b"".join(length.to_bytes(4, "big") for length in self.shape)
        return bytes((0, 0, UNSIGNED_BYTE, len(self.shape))) + lengths


def read_idx(
    dataset: str, files: Sequence[IdxFile], folders: Sequence[Path]
) -> list[UInt8[np.ndarray, "..."]]:
    """The arrays of `files`, from the first folder that has them all. They are read-only.

    Args:
        dataset: The word after `data=`, for messages.
        files: What to read; each file's content must be the expected one to the byte.
        folders: Where to look, in order.

    Raises:
        DataError: when a file is absent, damaged, or another file under its name.
    """
    paths = _find(files, folders)
    if paths is None:
        raise DataError(missing_idx(dataset, files, folders))
    return [_read(dataset, file, path, stamp(path)) for file, path in zip(files, paths, strict=True)]


def missing_idx(dataset: str, files: Sequence[IdxFile], folders: Sequence[Path]) -> str | None:
    """Which files are missing, where they were sought and what to do; None when one folder has them all.

    A folder that has some of the files is taken for the one meant, and only what it lacks is named.
    """
    if _find(files, folders) is not None:
        return None
    begun = [folder for folder in folders if any(_path(file, folder) for file in files)]
    sought = begun[:1] or folders
    missing = [f"{file.name}(.gz)" for file in files if not any(_path(file, folder) for folder in sought)]
    is_are = "is" if len(missing) == 1 else "are"
    place = "there" if len(sought) == 1 else "into one of these folders"
    return (
        f"data={dataset}: {_enumerated(missing, 'and')} {is_are} not in {_enumerated(sought, 'or')}. "
        f"Put the four IDX files {place}, set data.root, or use data=digits."
    )


def _find(files: Sequence[IdxFile], folders: Sequence[Path]) -> list[Path] | None:
    """The paths of `files` in the first folder that has them all, or None."""
    for folder in folders:
        paths = [path for file in files if (path := _path(file, folder)) is not None]
        if len(paths) == len(files):
            return paths
    return None


def _path(file: IdxFile, folder: Path) -> Path | None:
    """The file in `folder`, raw rather than compressed when both are there; None when neither is."""
    candidates = (folder / file.name, folder / f"{file.name}.gz")
    # os.path.isfile, because Path.is_file raises for a folder that one may not enter.
    return next((path for path in candidates if os.path.isfile(path)), None)


@functools.lru_cache(maxsize=4)  # the files of one data set; its training images are most of what a run reads
def _read(dataset: str, file: IdxFile, path: Path, unchanged: Stamp) -> UInt8[np.ndarray, "..."]:
    """The stamp is there for the cache, to tell one state of the file from another."""
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MAGIC):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"data={dataset}: {path} cannot be read: {error}. "
            "If it is damaged or only half copied, copy it again, or use data=digits."
        ) from error
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if digest != file.md5:
        raise DataError(
            f"data={dataset}: {path} is not the file expected: {_difference(content, digest, file)}. "
            "Replace it by the original, set data.root to another folder, or use data=digits."
        )
    return np.frombuffer(content, np.uint8, offset=len(file.header)).reshape(file.shape)


def _difference(content: bytes, digest: str, file: IdxFile) -> str:
    """The most telling way in which the content is not the expected one."""
    expected, found = file.header, content[: len(file.header)]
    if found[:4] != expected[:4]:
        return f"it begins with the bytes {found[:4].hex(' ')}, expected {expected[:4].hex(' ')}"
    if len(found) == len(expected) and found != expected:
        shape = tuple(np.frombuffer(found[4:], ">u4").tolist())
        return f"the shape of its array is {shape}, expected {file.shape}"
    size = len(expected) + math.prod(file.shape)
    if len(content) != size:
        return f"it has {len(content)} bytes, expected {size}"
    return f"the MD5 of its content is {digest}, expected {file.md5}"


def _enumerated(things: Sequence[object], conjunction: str) -> str:
    """`a, b and c`."""
    *head, last = map(str, things)
    return f"{', '.join(head)} {conjunction} {last}" if head else last
