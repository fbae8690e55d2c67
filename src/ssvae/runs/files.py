"""Writing a file whole or not at all, whatever happens in between.

In: a path and its content. Out: the file, new or exactly as it was before; a clear error when the disk refuses.
Not here: what is written; growing files (history.py, logs.py).
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from ssvae.errors import RunDirectoryError

__all__ = ["write_bytes", "write_text", "writing"]

_REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space, or choose another folder with hydra.run.dir=PATH.",
    errno.EDQUOT: "Your quota is used up: free some space, or choose another folder with hydra.run.dir=PATH.",
    errno.EROFS: "The file system is read-only: choose another folder with hydra.run.dir=PATH.",
    errno.EACCES: "You may not write there: choose another folder with hydra.run.dir=PATH.",
    errno.EPERM: "You may not write there: choose another folder with hydra.run.dir=PATH.",
    errno.ENOTDIR: "A part of the path is a file: choose another folder with hydra.run.dir=PATH.",
    errno.EEXIST: "A file of that name is in the way: choose another folder with hydra.run.dir=PATH.",
    errno.ENOENT: "The folder is gone: do not move or delete a run that is still going.",
    errno.ENAMETOOLONG: "The name is too long for this file system: shorten experiment.name.",
}


def write_text(path: Path, text: str, *, is_durable: bool = True) -> None:
    """`write_bytes` of `text` as UTF-8."""
    write_bytes(path, text.encode("utf-8"), is_durable=is_durable)


def write_bytes(path: Path, content: bytes, *, is_durable: bool = True) -> None:
    """Replace the file at `path` in one step: a reader, or a crash, sees the old content or the new, never a mix.

    Args:
        path: The file. Its folder is made when absent.
        content: All of it.
        is_durable: Wait until the disk has it, so that it survives a power cut. Without, it survives only the
            death of the process, and costs less.

    Raises:
        RunDirectoryError: when the disk is full, read-only or gone; the old file is untouched.
    """
    # In the same folder: a rename cannot cross disks.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(temporary, "wb") as file:
                file.write(content)
                file.flush()
                if is_durable:
                    os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if is_durable:
            _sync_folder(path.parent)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system says about writing `path` into a sentence with a remedy.

    Raises:
        RunDirectoryError: for any `OSError` inside.
    """
    try:
        yield
    except OSError as error:
        what = error.strerror or type(error).__name__
        remedy = _REMEDIES.get(
            error.errno or 0, "Check the disk, or choose another folder with hydra.run.dir=PATH."
        )
        raise RunDirectoryError(f"{path} could not be written: {what}. {remedy}") from error


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; some file systems cannot sync a folder, and then need not."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
