"""Whether a file is still the one that was read: the runs of a sweep need not read it again.

In: a path. Out: a stamp, another one when the file is another. Not here: reading.
"""

import os
from pathlib import Path
from typing import TypeAlias

__all__ = ["Stamp", "stamp"]

Stamp: TypeAlias = tuple[int, ...] | None


def stamp(path: Path) -> Stamp:
    """Device, inode, size, and when content and properties changed (in nanoseconds; `cp -p` sets only the first of the
    two back); None for a file that cannot be looked at.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
