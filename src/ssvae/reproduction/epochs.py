"""metrics.csv of two runs, row by row and bit by bit.

In: the rows of both. Out: differences, the earliest epoch first. Not here: reading the file (runs/history.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ssvae.reproduction.differences import Difference, compare_values, one_sided

__all__ = ["compare_epochs"]

_TIMES = frozenset({"time"})
"""Columns that no run repeats."""

Row = Mapping[str, Any]


def compare_epochs(
    was: Sequence[Row], now: Sequence[Row], *, is_complete: bool = True
) -> tuple[Difference, ...]:
    """What differs, every column but `time`.

    Args:
        was: The rows that were recorded.
        now: The rows that came out now. A column that only they have is new, and no difference.
        is_complete: Whether the recorded run had come to its end; if not, rows after its last one are no difference.
    """
    columns = tuple(dict.fromkeys(key for row in was for key in row if key not in _TIMES))
    return tuple(_differences(_by_epoch(was), _by_epoch(now), columns, is_complete))


def _differences(
    was: Mapping[int, Row], now: Mapping[int, Row], columns: Sequence[str], is_complete: bool
) -> Iterator[Difference]:
    last = max(was, default=0)
    for epoch in sorted(was.keys() | now.keys()):
        if epoch in was and epoch in now:
            yield from _cells(was[epoch], now[epoch], columns, epoch)
        elif epoch in was or is_complete or epoch < last:
            yield one_sided("its row in metrics.csv", epoch in was, epoch)


def _cells(was: Row, now: Row, columns: Sequence[str], epoch: int) -> Iterator[Difference]:
    for key in columns:
        if difference := compare_values(key, was.get(key, "nothing"), now.get(key, "nothing"), epoch):
            yield difference


def _by_epoch(rows: Sequence[Row]) -> dict[int, Row]:
    return {int(row["epoch"]): row for row in rows if "epoch" in row}
