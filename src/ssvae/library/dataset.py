"""A data set out of arrays that are in memory already.

In: images and labels. Out: `Dataset`, split and labeled as the built-in ones are. Not here: files.
"""

import numpy as np
from jaxtyping import Int
from numpy.typing import ArrayLike

from ssvae.data.assemble import sealed
from ssvae.data.dataset import Dataset, Split
from ssvae.data.labeling import draw_labeled
from ssvae.data.splitting import stratified_cut
from ssvae.data.streams import stream
from ssvae.errors import DataError
from ssvae.library.images import BYTE_LEVELS, bytes_of

__all__ = ["UNKNOWN", "dataset_from_arrays"]

UNKNOWN = -1
"""The label of an image whose class nobody knows."""

SHARE = 10
"""One image of ten goes to validation and one to test, unless told otherwise."""


def dataset_from_arrays(
    images: ArrayLike,
    labels: ArrayLike,
    *,
    num_labeled: int | None = None,
    num_classes: int | None = None,
    validation: int | None = None,
    test: int | None = None,
    levels: int = BYTE_LEVELS,
    seed: int = 0,
    name: str = "arrays",
) -> Dataset:
    """Split images into training, validation and test, each class in proportion, and draw the labels to be seen.

    Args:
        images: Bytes from 0 to `levels`, or floats from 0 to 1, which are rounded to `levels` steps; of shape
            (image, height, width) or (image, height, width, channel).
        labels: The class of each image, counted from 0, or -1 where it is not known. Such images are for training.
        num_labeled: How many training images show their label, evenly over the classes; None for all that have one.
        num_classes: None for the largest label and one.
        validation: How many images choose the best epoch, at least 1; None for a tenth.
        test: How many images are set aside, 0 if you have others; None for a tenth.
        levels: The brightness that counts as 1.0, at most 255: 16 for scikit-learn's digits.
        seed: Decides the splits and which labels are seen.
        name: What the data set is called.

    Raises:
        DataError: when the arrays do not fit each other, or there are too few images.
    """
    if not 1 <= levels <= BYTE_LEVELS:
        raise DataError(f"levels must be from 1 to {BYTE_LEVELS}, got {levels}. Try levels={BYTE_LEVELS}.")
    pixels = bytes_of(images, levels)
    known_labels, classes = _checked_labels(labels, len(pixels), num_classes)
    pool = Split(pixels, known_labels)
    rows = _rows_of_splits(pool.labels, validation, test, seed)
    splits = {split: pool.take(chosen) for split, chosen in rows.items()}
    labeled_indices = _drawn_labels(splits["train"].labels, num_labeled, seed)
    return sealed(name, splits, labeled_indices, num_classes=classes, levels=levels)


def _checked_labels(
    labels: ArrayLike, num_images: int, num_classes: int | None
) -> tuple[Int[np.ndarray, " example"], int]:
    """The labels as the built-in data sets hold them, and how many classes there are."""
    array = np.asarray(labels)
    if array.shape != (num_images,):
        advice = (
            "For one-hot rows, try labels.argmax(axis=1)." if array.ndim == 2 else "Give one label per image."
        )
        raise DataError(
            f"labels must have shape ({num_images},), one for each image, got {array.shape}. {advice}"
        )
    if not np.issubdtype(array.dtype, np.integer):
        raise DataError(
            f"labels must be whole numbers, got {array.dtype}. Try np.unique(labels, return_inverse=True)[1], "
            f"which counts the classes from 0."
        )
    classes = int(array.max()) + 1 if num_classes is None else num_classes
    if not UNKNOWN <= array.min() <= array.max() < classes:
        raise DataError(
            f"labels must be from 0 to {classes - 1}, or {UNKNOWN} where not known, got {array.min()} to {array.max()}"
            f". Try np.unique(labels, return_inverse=True)[1], which counts the classes from 0."
        )
    if classes < 2 or array.max() == UNKNOWN:
        raise DataError(
            f"labels must tell at least two classes apart and not all be {UNKNOWN}. If none is known, give zeros with "
            "num_classes=2 and train with classifier=NoClassifierConfig()."
        )
    return array.astype(np.int32), classes


def _rows_of_splits(
    labels: Int[np.ndarray, " example"], validation: int | None, test: int | None, seed: int
) -> dict[str, Int[np.ndarray, " row"]]:
    """Split → rows, ascending. Test images stay the same when the number of validation images changes."""
    known = np.flatnonzero(labels != UNKNOWN)
    num_validation = max(1, len(labels) // SHARE) if validation is None else validation
    num_test = len(labels) // SHARE if test is None else test
    if num_validation < 1 or num_test < 0:
        raise DataError(
            f"validation must be at least 1 and test at least 0, got {num_validation} and {num_test}: "
            "validation images choose the best epoch."
        )
    taken = num_validation + num_test
    if taken > len(known) or taken == len(labels):
        raise DataError(
            f"validation={num_validation} and test={num_test} take {taken} images with a known label, there are "
            f"{len(known)} among {len(labels)} images, and training needs some too. "
            f"Try validation={max(1, len(known) // SHARE)}, test={len(known) // SHARE}."
        )
    test_rows, rest = stratified_cut(labels[known], num_test, stream(seed, "test split"))
    validation_rows, _ = stratified_cut(labels[known[rest]], num_validation, stream(seed, "validation split"))
    rows = {"validation": known[rest[validation_rows]], "test": known[test_rows]}
    return {"train": np.setdiff1d(np.arange(len(labels)), np.concatenate([*rows.values()])), **rows}


def _drawn_labels(
    labels: Int[np.ndarray, " example"], num_labeled: int | None, seed: int
) -> Int[np.ndarray, " labeled"]:
    """The rows of the training split whose label is seen."""
    known = np.flatnonzero(labels != UNKNOWN)
    count = len(known) if num_labeled is None else num_labeled
    if not 0 <= count <= len(known):
        raise DataError(
            f"num_labeled must be from 0 to {len(known)}, the training images with a known label, got {count}. "
            f"Try num_labeled={len(known)}."
        )
    return known[draw_labeled(labels[known], count, seed)]
