"""Writing a file whole or not at all, whatever happens in between.

In: a path and its content. Out: the file, new or exactly as it was before; a clear error when the disk refuses.
Not here: what is written; reading (reading.py); growing files (history.py, logs.py).
"""

import contextlib
import errno
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ssvae.errors import RunDirectoryError

__all__ = ["remove_leftovers", "subfolder", "write_bytes", "write_text", "writing"]

_ELSEWHERE = "use another folder (of a new run: hydra.run.dir=PATH)"

_REMEDIES = {
    errno.ENOSPC: f"The disk is full: free some space, or {_ELSEWHERE}.",
    errno.EDQUOT: f"Your quota is used up: free some space, or {_ELSEWHERE}.",
    errno.EFBIG: f"No file may be that large here: raise the limit (ulimit -f), or {_ELSEWHERE}.",
    errno.EROFS: f"The file system is read-only: {_ELSEWHERE}, or make it writable again.",
    errno.EACCES: f"You may not write there: {_ELSEWHERE}, or ask its owner.",
    errno.EPERM: f"You may not write there: {_ELSEWHERE}, or ask its owner.",
    errno.ENOTDIR: f"A part of the path is a file: {_ELSEWHERE}.",
    errno.EISDIR: "A folder of that name is in the way: move it.",
    errno.EEXIST: f"A file of that name is in the way: {_ELSEWHERE}, or move the file.",
    errno.ENOENT: "The folder is gone: do not move or delete a run that is still going.",
    errno.ESTALE: "The network disk no longer knows the folder: it was moved, deleted or unmounted meanwhile.",
    errno.EIO: f"The disk is failing, or its cable or network: check it and copy what you need, then {_ELSEWHERE}.",
    errno.ENAMETOOLONG: "The name is too long for this file system: shorten experiment.name.",
}
_OTHERWISE = f"Check the disk, or {_ELSEWHERE}."

_COUNTER = itertools.count()
"""Apart from the process, the name of a temporary file needs this: threads write at the same time."""

_LEFTOVER = re.compile(r"\..+\.\d+(\.\d+)?\.tmp", re.DOTALL)


def write_text(path: Path, text: str, *, is_durable: bool = True) -> None:
    """`write_bytes` of `text` as UTF-8."""
    write_bytes(path, text.encode("utf-8"), is_durable=is_durable)


def write_bytes(path: Path, content: bytes, *, is_durable: bool = True) -> None:
    """Replace the file at `path` in one step: a reader, or a crash, sees the old content or the new, never a mix.

    A link at `path` is replaced; what it points to is not touched.

    Args:
        path: The file. Its folder must be there (`subfolder`): a run that was deleted must not come back to life.
        content: All of it.
        is_durable: Wait until the disk has it, so that it survives a power cut. Without, it survives only the
            death of the process, and costs less.

    Raises:
        RunDirectoryError: when the disk is full, read-only or gone; the old file is untouched.
    """
    # In the same folder: a rename cannot cross disks.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{next(_COUNTER)}.tmp")
    with writing(path):
        try:
            with _new_file(temporary) as file:
                file.write(content)
                file.flush()
                if is_durable:
                    os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        if is_durable:
            _sync_folder(path.parent)


def subfolder(run_dir: Path, name: str) -> Path:
    """The folder `name` of a run, made when it is absent.

    Args:
        run_dir: The run's folder. Never made: when it is gone, somebody has deleted the run.
        name: Such as `checkpoints`, or `figures/loss_curves`.

    Raises:
        RunDirectoryError: when it cannot be made, or is a link: a run keeps everything inside its folder.
    """
    folder = run_dir
    for part in PurePosixPath(name).parts:
        folder = folder / part
        with writing(folder):
            if not folder.is_dir():
                with contextlib.suppress(
                    FileExistsError
                ):  # another thread was faster, or it is a file: see below
                    folder.mkdir()
            if not folder.is_dir():
                raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if folder.is_symlink():
            raise RunDirectoryError(
                f"{folder} is a link to another place, and a run keeps everything inside its folder. "
                "Put the folder itself there instead of the link."
            )
    return folder


def remove_leftovers(run_dir: Path) -> int:
    """Remove the temporary files that killed processes have left; only for who owns the run's folder.

    Returns:
        How many there were. One that cannot be removed only takes space.
    """
    removed = 0
    for folder, _, names in os.walk(run_dir):  # follows no links
        for name in filter(_LEFTOVER.fullmatch, names):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))
                removed += 1
    return removed


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
        remedy = _REMEDIES.get(error.errno or 0, _OTHERWISE)
        raise RunDirectoryError(f"{path} could not be written: {what}. {remedy}") from error


def _new_file(path: Path) -> BinaryIO:
    """Never one that is there: what a killed process has left goes, for it may be a link to elsewhere."""
    try:
        return open(path, "xb")
    except FileExistsError:
        path.unlink()
        return open(path, "xb")


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; some file systems cannot sync a folder, and then need not."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
