"""Cutting a set of images in two so that both pieces have its mix of classes.

In: labels. Out: row numbers. Not here: which of the labels training may see (labeling.py).
"""

import numpy as np
from jaxtyping import Int

__all__ = ["stratified_cut"]


def stratified_cut(
    labels: Int[np.ndarray, " example"], size: int, generator: np.random.Generator
) -> tuple[Int[np.ndarray, " taken"], Int[np.ndarray, " left"]]:
    """Take `size` rows, each class its share, and leave the others.

    A class with n of N images gives `size * n / N` of them, rounded down or up: up for the classes whose
    share is cut most, ties by lot, until the sizes are exact.

    Args:
        labels: The class of each row; any mix, classes may be missing.
        size: How many rows to take, from 0 to all of them.
        generator: Decides which rows of a class are taken.

    Returns:
        The rows taken and the rows left, both ascending; together every row once.

    Raises:
        ValueError: when there are not that many rows.
    """
    if not 0 <= size <= len(labels):
        raise ValueError(f"A cut takes from 0 to all {len(labels)} rows, got size={size}.")
    is_taken = np.zeros(len(labels), dtype=bool)
    classes, counts = np.unique(labels, return_counts=True)
    for label, share in zip(classes, _shares(counts, size, generator), strict=True):
        rows = np.flatnonzero(labels == label)
        is_taken[generator.permutation(rows)[:share]] = True
    return np.flatnonzero(is_taken), np.flatnonzero(~is_taken)


def _shares(
    counts: Int[np.ndarray, " class_"], size: int, generator: np.random.Generator
) -> Int[np.ndarray, " class_"]:
    """How many rows each class gives, by largest remainders; in whole numbers, so that ties are exact."""
    if size == 0:
        return np.zeros_like(counts)
    shares, remainders = np.divmod(size * counts, counts.sum())
    by_remainder = np.lexsort((generator.random(len(counts)), -remainders))  # the last key sorts first
    shares[by_remainder[: size - shares.sum()]] += 1
    return shares
