"""The arrays of two checkpoints, to the last bit.

In: two nested dicts of arrays. Out: differences, one for each array that has any. Not here: reading checkpoints
(runs/checkpoints.py), numbers on their own (differences.py).
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ssvae.reproduction.differences import FLOOR, Difference, one_sided
from ssvae.runs.array_tree import to_table

__all__ = ["compare_arrays", "differing"]


def compare_arrays(
    was: Mapping[Any, Any], now: Mapping[Any, Any], prefix: str = ""
) -> tuple[Difference, ...]:
    """What differs. `relative` is held against the largest number of the array: next to it, one that is nearly 0
    says nothing by how many times it grew.

    Args:
        was: As recorded.
        now: As it came out now.
        prefix: Comes before each array's name, such as `best/`.
    """
    return tuple(_differences(to_table(was)[0], to_table(now)[0], prefix))


def differing(was: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Where the bits of two arrays of one shape and type differ, flat; NaN is the same as NaN, 0 is not −0."""
    size, width = was.size, was.dtype.itemsize
    bits = [np.ascontiguousarray(one).reshape(-1).view(np.uint8).reshape(size, width) for one in (was, now)]
    where = (bits[0] != bits[1]).any(axis=1)
    if was.dtype.kind in "fc":
        where &= ~(np.isnan(was) & np.isnan(now)).reshape(-1)
    return where


def _differences(
    was: Mapping[str, np.ndarray], now: Mapping[str, np.ndarray], prefix: str
) -> Iterator[Difference]:
    for name in dict.fromkeys((*was, *now)):
        if name not in was or name not in now:
            yield one_sided(prefix + name, name in was)
        elif difference := _difference(prefix + name, was[name], now[name]):
            yield difference


def _difference(name: str, was: np.ndarray, now: np.ndarray) -> Difference | None:
    if (was.shape, was.dtype) != (now.shape, now.dtype):
        return Difference(name, f"{_form(was)} became {_form(now)}", math.inf)
    where = differing(was, now)
    if not where.any():
        return None
    before, after = (_numbers(one)[where] for one in (was, now))
    distances = np.abs(after - before)
    count = f"{len(before):,} of {where.size:,} numbers differ" if where.size > 1 else "it differs"
    if not np.isfinite(distances).all():
        return Difference(name, f"{count}, NaN or infinities among them", math.inf)
    most = float(distances.max())
    return Difference(name, f"{count}, by at most {most:.2g}", most / max(_size(was), _size(now), FLOOR))


def _size(array: np.ndarray) -> float:
    """The largest number, signs and what is not finite aside."""
    numbers = np.abs(_numbers(array))
    return float(numbers.max(where=np.isfinite(numbers), initial=0.0))


def _numbers(array: np.ndarray) -> np.ndarray:
    """Flat, in a type where a difference neither overflows nor rounds."""
    flat = array.reshape(-1)
    return flat.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _form(array: np.ndarray) -> str:
    """`float32[8, 16]`."""
    return f"{array.dtype}{list(array.shape)}"
