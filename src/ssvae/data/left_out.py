"""A class that training never sees, kept apart to ask later whether the model notices that it is new.

In: three splits, a class. Out: the splits without it, its test images. Not here: scores (evaluation/metrics/ood.py).
"""

from collections.abc import Mapping

import numpy as np

from ssvae.data.dataset import Split
from ssvae.errors import DataError

__all__ = ["without_class"]


def without_class(splits: Mapping[str, Split], label: int) -> tuple[dict[str, Split], Split]:
    """Take every image of class `label` away.

    Args:
        splits: `train`, `validation`, `test`.
        label: The class.

    Returns:
        The splits without it, labels as they were; and its test images. Those of the other splits are dropped.

    Raises:
        DataError: when no test image is of the class, or a split holds nothing else.
    """
    kept = {name: split.take(np.flatnonzero(split.labels != label)) for name, split in splits.items()}
    left_out = splits["test"].take(np.flatnonzero(splits["test"].labels == label))
    if not len(left_out):
        raise DataError(
            f"data.left_out_class is {label}, and no test image is of that class. "
            "Try another class, or more test images."
        )
    if empty := [name for name, split in kept.items() if not len(split)]:
        raise DataError(
            f"data.left_out_class is {label}, and nothing else is in the {' and the '.join(empty)} split. "
            "Try data.left_out_class=null."
        )
    return kept, left_out
