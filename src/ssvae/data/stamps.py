"""Whether a file is still the one that was read: the runs of a sweep need not read it again.

In: a path. Out: a stamp, another one when the file is. Not here: reading.
"""

import os
from pathlib import Path
from typing import TypeAlias

__all__ = ["Stamp", "stamp"]

Stamp: TypeAlias = tuple[int, int, int] | None


def stamp(path: Path) -> Stamp:
    """Inode, size and time of the last change (in nanoseconds); None for a file that cannot be looked at."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
