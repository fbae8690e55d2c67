"""logs/metrics.csv: one row per epoch, on disk the moment it is known, never half a row.

In: rows of numbers. Out: the file, and its rows read back. Not here: which columns there are (training/history.py).
"""

import errno
import numbers
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError, did_you_mean
from ssvae.runs.files import writing

__all__ = ["METRICS_FILE", "MetricsFile", "read_history"]

METRICS_FILE = "logs/metrics.csv"


class MetricsFile:
    """The growing file. Opened anew for each row: 40 µs, and nothing to close or to lose."""

    def __init__(self, run_dir: Path, columns: Sequence[str]):
        """Begin the file with its header, or continue one that has the same.

        Raises:
            RunDirectoryError: when a file with other columns is there, or the disk refuses.
        """
        self.path = run_dir / METRICS_FILE
        self.columns = tuple(columns)
        self._known = frozenset(columns)
        header = ",".join(self.columns)
        with writing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            content = self.path.read_bytes() if self.path.exists() else b""
            whole = content[: content.rfind(b"\n") + 1]
            if len(whole) < len(content):
                os.truncate(self.path, len(whole))  # a power cut left half a row
        if not whole:
            self._append(header)
        elif whole.splitlines()[0].decode("utf-8") != header:
            raise RunDirectoryError(
                f"{self.path} has other columns than this version writes, so it cannot be continued. "
                "Start a new run instead."
            )

    def append(self, row: Mapping[str, Any]) -> None:
        """Add one row. Floats are written so that reading gives the same bits; a key that is absent stays empty.

        Raises:
            ValueError: for a key that is no column.
            RunDirectoryError: when the disk refuses; the file then ends with the row before.
        """
        for key in row.keys() - self._known:
            raise ValueError(f"'{key}' is no column of metrics.csv.{did_you_mean(key, self.columns)}")
        self._append(",".join(_cell(row.get(column)) for column in self.columns))

    def _append(self, line: str) -> None:
        content = (line + "\n").encode("utf-8")
        with writing(self.path):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                size = os.fstat(descriptor).st_size
                # One call, so that a kill leaves all of it or nothing.
                written = os.write(descriptor, content)
                if written < len(content):
                    os.ftruncate(descriptor, size)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(descriptor)


def read_history(run_dir: Path) -> list[dict[str, float | int]]:
    """The rows so far, oldest first, each with the keys it has a value for; none when there is no file.

    Raises:
        RunDirectoryError: when the file is not what `MetricsFile` writes.
    """
    path = run_dir / METRICS_FILE
    if not path.exists():
        return []
    try:
        # What follows the last line end is not whole.
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        columns = lines[0].split(",") if lines else []
        return [_row(columns, line) for line in lines[1:]]
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{path} cannot be read: {error}. Undo the last edit of it.") from error


def _row(columns: Sequence[str], line: str) -> dict[str, float | int]:
    cells = zip(columns, line.split(","), strict=True)
    return {column: _number(cell) for column, cell in cells if cell}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return repr(int(value)) if isinstance(value, numbers.Integral) else repr(float(value))


def _number(cell: str) -> float | int:
    return int(cell) if cell.lstrip("-").isdigit() else float(cell)
