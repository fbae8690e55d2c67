"""Files of numbers with one row per epoch, on disk the moment it is known, never half a row.

In: rows of numbers. Out: a file, and its rows read back. Not here: which files and columns there are (history.py).
"""

import errno
import numbers
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError, did_you_mean
from ssvae.runs.files import subfolder, write_bytes, writing
from ssvae.runs.reading import read_inside

__all__ = ["RowsFile", "check_rows", "copy_rows", "read_rows"]

_MOST_BYTES = 200_000_000
"""A hundred thousand epochs have half of that."""

_LONGEST_CELL = 400  # characters; a float has less than thirty, 5e-324 written out without exponent 326


class RowsFile:
    """The growing file. Opened anew for each row: 40 µs, and nothing to close or to lose."""

    def __init__(self, run_dir: Path, name: str, columns: Sequence[str], keep: int | None = None):
        """Begin the file with its header, or continue one that has the same.

        Args:
            run_dir: The run's folder.
            name: Of the file, relative to the folder and in one of its subfolders.
            columns: The names, in their order.
            keep: Cut the file to its first so many rows: what came after the checkpoint that a run goes on from
                will be computed again. None keeps every whole row.

        Raises:
            RunDirectoryError: when a file with other columns or fewer rows is there, or the disk refuses.
        """
        self.path = run_dir / name
        self.columns = tuple(columns)
        self._known = frozenset(columns)
        subfolder(run_dir, self.path.parent.name)
        lines = _whole_lines(run_dir, name)
        if lines:
            _check_columns(self.path, lines[0], self.columns)
        if keep is not None:
            lines = _first(self.path, lines, keep)
        _cut(self.path, lines)
        if not lines:
            self._append(",".join(self.columns), os.O_CREAT)

    def append(self, row: Mapping[str, Any]) -> None:
        """Add one row. Floats are written so that reading gives the same bits; a key that is absent stays empty.

        Raises:
            ValueError: for a key that is no column.
            RunDirectoryError: when the disk refuses; the file then ends with the row before.
        """
        for key in row.keys() - self._known:
            raise ValueError(f"'{key}' is no column of {self.path.name}.{did_you_mean(key, self.columns)}")
        self._append(",".join(_cell(row.get(column)) for column in self.columns))

    def sync(self) -> None:
        """Wait until the disk has every row: a checkpoint must not outlive the rows before it.

        Raises:
            RunDirectoryError: when the disk refuses.
        """
        with writing(self.path):
            descriptor = os.open(self.path, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _append(self, line: str, flags: int = 0) -> None:
        """Only the header makes the file: rows without one would be lost."""
        content = (line + "\n").encode("utf-8")
        flags |= os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        with writing(self.path):
            descriptor = os.open(self.path, flags, 0o666)
            try:
                size = os.fstat(descriptor).st_size
                # One call, so that a kill leaves all of it or nothing.
                written = os.write(descriptor, content)
                if written < len(content):
                    os.ftruncate(descriptor, size)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(descriptor)


def check_rows(run_dir: Path, name: str, columns: Sequence[str], rows: int) -> None:
    """Whether a file could be continued after so many rows; changes nothing.

    Args:
        run_dir: The run's folder.
        name: Relative to it.
        columns: What a file that is there must have.
        rows: How many whole rows it must have.

    Raises:
        RunDirectoryError: when it has other columns or fewer rows.
    """
    lines = _whole_lines(run_dir, name)
    if lines:
        _check_columns(run_dir / name, lines[0], columns)
    _first(run_dir / name, lines, rows)


def copy_rows(source_run_dir: Path, run_dir: Path, name: str, rows: int, columns: Sequence[str]) -> None:
    """Begin a file with the first rows of that of another run.

    Args:
        source_run_dir: The other run's folder.
        run_dir: This run's folder; a file of that name in it is replaced.
        name: Relative to both folders.
        rows: How many.
        columns: What both must have.

    Raises:
        RunDirectoryError: when the other has other columns or fewer rows, or the disk refuses.
    """
    source = source_run_dir / name
    lines = _whole_lines(source_run_dir, name)
    _check_columns(source, lines[0] if lines else b"", columns)
    kept = _first(source, lines, rows)
    subfolder(run_dir, Path(name).parent.name)
    write_bytes(run_dir / name, b"".join(kept))


def read_rows(run_dir: Path, name: str) -> list[dict[str, float | int]]:
    """The rows so far, oldest first, each with the keys it has a value for; none when there is no file.

    Raises:
        RunDirectoryError: when the file is not what `RowsFile` writes.
    """
    path = run_dir / name
    lines = _whole_lines(run_dir, name)
    try:
        texts = [line.decode("utf-8").rstrip("\n") for line in lines]
        columns = texts[0].split(",") if texts else []
        if len(set(columns)) < len(columns):
            raise ValueError("a column is there twice")
        return [_row(columns, text) for text in texts[1:]]
    except ValueError as error:
        raise RunDirectoryError(f"{path} cannot be read: {error}. Undo the last edit of it.") from error


def _whole_lines(run_dir: Path, name: str) -> list[bytes]:
    """The lines with their ends, header first; what follows the last line end is not whole. None without a file."""
    try:
        content = read_inside(run_dir, name, _MOST_BYTES)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunDirectoryError(
            f"{run_dir / name} cannot be read: {error.strerror}. Check the folder and its permissions."
        ) from error
    return [line + b"\n" for line in content.split(b"\n")[:-1]]


def _check_columns(path: Path, header: bytes, columns: Sequence[str]) -> None:
    if header.decode("utf-8", errors="replace") != ",".join(columns) + "\n":
        raise RunDirectoryError(
            f"{path} has other columns than this version writes, so it cannot be continued. "
            "Start a new run instead."
        )


def _first(path: Path, lines: list[bytes], rows: int) -> list[bytes]:
    """The header and the first `rows` rows."""
    whole = max(0, len(lines) - 1)
    if whole < rows:
        raise RunDirectoryError(
            f"{path} has {whole} whole rows, and {rows} epochs are in the checkpoint: rows were lost. "
            "Undo the last edit of it, or start a new run."
        )
    return lines[: rows + 1]


def _cut(path: Path, lines: list[bytes]) -> None:
    """Let the file, if there is one, hold just these lines, which it begins with."""
    with writing(path):
        size = path.stat().st_size if path.exists() else 0
    content = b"".join(lines)
    if len(content) < size:
        write_bytes(path, content)


def _row(columns: Sequence[str], line: str) -> dict[str, float | int]:
    cells = zip(columns, line.split(","), strict=True)
    return {column: _number(cell) for column, cell in cells if cell}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):  # most are, and the question below takes longer than all else
        return repr(float(value))
    return repr(int(value)) if isinstance(value, numbers.Integral) else repr(float(value))


def _number(cell: str) -> float | int:
    if len(cell) > _LONGEST_CELL:
        raise ValueError(f"a number of {len(cell)} digits")
    # A whole number beyond what a float holds could not be computed with.
    return int(cell) if len(cell) < 20 and cell.lstrip("-").isdecimal() else float(cell)
