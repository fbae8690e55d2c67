"""Reading a file of a run folder that may come from a stranger: no links that leave it, no devices, no endless files.

In: a run's folder and a name in it. Out: bytes, or a sentence on why not. Not here: what the bytes mean.
"""

import errno
import os
import stat
from pathlib import Path

from ssvae.errors import RunDirectoryError

__all__ = ["is_inside", "open_inside", "read_inside"]

_MOST_BYTES = 50_000_000
"""No JSON or YAML that a run writes comes near; parsing more takes minutes and all of the memory."""


def read_inside(run_dir: Path, name: str, most: int = _MOST_BYTES) -> bytes:
    """The content of the file `name` of a run.

    Args:
        run_dir: The run's folder; may itself be reached through a link.
        name: Relative, such as `logs/train.log`.
        most: Bytes; more are refused.

    Raises:
        OSError: as the operating system says, such as when it is absent.
        RunDirectoryError: when it lies outside the folder, is no ordinary file, or is too large.
    """
    descriptor, size = open_inside(run_dir, name)
    with open(descriptor, "rb") as file:
        # Counted as it is read: a file may grow meanwhile.
        content = file.read(most + 1) if size <= most else b""
    if size > most or len(content) > most:
        raise RunDirectoryError(
            f"{run_dir / name} cannot be read: it has {max(size, len(content)):,} bytes, and ssvae reads no more "
            f"than {most:,}. It is not what a run writes; do not trust it."
        )
    return content


def open_inside(run_dir: Path, name: str) -> tuple[int, int]:
    """A descriptor to read the file `name` of a run from, and its size in bytes. The caller closes it.

    Raises:
        OSError: as the operating system says, such as when it is absent.
        RunDirectoryError: when it lies outside the folder or is no ordinary file.
    """
    path = run_dir / name
    if not is_inside(run_dir, name):
        raise RunDirectoryError(
            f"{path} cannot be read: it leads outside the run's folder. Do not trust it; if you made the link "
            "yourself, put the file there instead."
        )
    # Without waiting: opening a pipe would never return.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode):
        return descriptor, found.st_size
    os.close(descriptor)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise RunDirectoryError(f"{path} cannot be read: it is no ordinary file. Do not trust it.")


def is_inside(run_dir: Path, name: str) -> bool:
    """Whether `name` is a relative path to something in the run's folder, links resolved. It need not exist."""
    try:
        root = run_dir.resolve()
        target = (root / name).resolve()
    except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL character
        return False
    return not os.path.isabs(name) and target != root and target.is_relative_to(root)
