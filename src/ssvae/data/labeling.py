"""Which training images show their label.

In: the true labels, how many may be seen, a seed. Out: row numbers. Not here: the model, the split.
"""

import numpy as np
from jaxtyping import Int

from ssvae.data.streams import stream
from ssvae.errors import DataError

__all__ = ["classes_without_labels", "draw_labeled"]


def draw_labeled(
    labels: Int[np.ndarray, " example"], num_labeled: int, seed: int
) -> Int[np.ndarray, " labeled"]:
    """Draw images evenly over the classes, without replacement.

    Dealt in rounds: each round takes one image of every class that has one left, the classes in random order.
    So each of C classes gets `num_labeled // C`, the remainder goes to random classes, and what a small class
    lacks goes to the others. A larger draw with the same seed contains every smaller one, which pairs the
    points of a curve over label counts.

    Args:
        labels: The true class of each training image.
        num_labeled: How many to draw.
        seed: `data.label_seed`.

    Returns:
        Rows of `labels`, ascending.

    Raises:
        DataError: when there are fewer images than asked for.
    """
    if num_labeled > len(labels):
        raise DataError(
            f"data.num_labeled is {num_labeled}, but there are only {len(labels)} training images. "
            f"Try data.num_labeled={len(labels)}."
        )
    generator = stream(seed, "labeled images")
    by_class = np.lexsort((generator.random(len(labels)), labels))  # shuffled within each class
    counts = np.unique(labels, return_counts=True)[1]
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    turns = np.arange(len(labels)) - starts  # the round in which each image of `by_class` is dealt
    dealt = by_class[np.lexsort((generator.random(len(labels)), turns))]
    return np.sort(dealt[:num_labeled])


def classes_without_labels(
    labels: Int[np.ndarray, " example"], labeled_indices: Int[np.ndarray, " labeled"], num_classes: int
) -> tuple[int, ...]:
    """The classes of which training sees no label, ascending; empty when every class has one."""
    seen = set(labels[labeled_indices].tolist())
    return tuple(label for label in range(num_classes) if label not in seen)
