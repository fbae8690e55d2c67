"""Many rows through a compiled function, a portion at a time.

In: a function, rows. Out: its answers for all rows, on the host. Not here: what is asked.
"""

from collections.abc import Callable

import jax
import numpy as np

from ssvae.arrays import Array

__all__ = ["in_portions"]

LARGEST = 512
"""Rows in a portion: enough to keep an accelerator busy, few enough for its memory."""


def in_portions(
    compute: Callable[..., dict[str, Array]], *rows: np.ndarray, size: int | None = None
) -> dict[str, np.ndarray]:
    """What `compute` says of each row, as NumPy arrays.

    Portions are filled up with zeros to a power of two, so that a session compiles few programs and a single row does
    not pay for hundreds; what the filling gets for an answer is cut off.

    Args:
        compute: Arrays of equally many rows → named arrays with as many.
        rows: Its arguments for all rows, at least one.
        size: Rows in each portion; None for the power of two.
    """
    count = len(rows[0])
    size = size or min(LARGEST, 1 << (count - 1).bit_length())
    answers: list[dict[str, np.ndarray]] = []
    for start in range(0, count, size):
        portion = [_filled(array[start : start + size], size) for array in rows]
        answer = compute(*jax.device_put(portion))
        answers.append({name: np.asarray(array)[: count - start] for name, array in answer.items()})
    return {name: np.concatenate([answer[name] for answer in answers]) for name in answers[0]}


def _filled(rows: np.ndarray, size: int) -> np.ndarray:
    return np.pad(rows, ((0, size - len(rows)), *((0, 0) for _ in rows.shape[1:])))
