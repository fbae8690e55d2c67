"""A little room on the disk, kept for the last words of a run: on a full disk they could not be written without.

In: a run's folder. Out: a file that is there while the run goes on. Not here: the last words (ending.py).
"""

import contextlib
from pathlib import Path

from ssvae.runs.files import write_bytes

__all__ = ["RESERVE_FILE", "hold_reserve", "release_reserve"]

RESERVE_FILE = ".reserve"

_BYTES = 256 * 1024
"""State, summary, header and report of a large run, each beside its old version, take half of it."""


def hold_reserve(run_dir: Path) -> None:
    """Keep the room.

    Raises:
        RunDirectoryError: when there is not even so much.
    """
    # Every block different and none empty: some file systems store neither zeros nor repetitions.
    content = b"".join(number.to_bytes(8, "big") * 64 for number in range(1, _BYTES // 512 + 1))
    write_bytes(run_dir / RESERVE_FILE, content, is_durable=False)


def release_reserve(run_dir: Path) -> None:
    """Give it back."""
    with contextlib.suppress(OSError):
        (run_dir / RESERVE_FILE).unlink()
