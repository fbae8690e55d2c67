"""The door where a user's images come in: every form they may have, checked, in the one form that models see.

In: arrays of any kind. Out: floats or bytes of shape (batch, height, width, channel), or a `DataError` that says what
to do. Not here: labels, splits.
"""

import numpy as np
from jaxtyping import Float, UInt8
from numpy.typing import ArrayLike

from ssvae.errors import DataError

__all__ = ["BYTE_LEVELS", "bytes_of", "checked_images", "pixels_of"]

BYTE_LEVELS = 255
"""The brightness that counts as 1.0 in images of bytes."""

FAINT = 15
"""Bytes up to a fifteenth of full brightness are hardly ever pictures: they count to 1, or to 16 as digits do."""


def pixels_of(
    images: ArrayLike, image_shape: tuple[int, int, int]
) -> Float[np.ndarray, "batch height width channel"]:
    """Images as a model sees them, pixels in [0, 1].

    Args:
        images: Bytes from 0 to 255 or floats from 0 to 1, of shape (batch, height, width[, channel]).
        image_shape: (height, width, channel) of the model's images.

    Raises:
        DataError: when they are anything else, or there are none.
    """
    array = checked_images(images, BYTE_LEVELS)
    if array.shape[1:] != image_shape:
        gray = f" or (batch, {image_shape[0]}, {image_shape[1]})" if image_shape[2] == 1 else ""
        expected = f"(batch, {', '.join(map(str, image_shape))}){gray}"
        raise DataError(
            f"images must have shape {expected}, got {np.shape(images)}. For a single image, add an axis: images[None]."
        )
    return array / np.float32(BYTE_LEVELS) if array.dtype == np.uint8 else array.astype(np.float32)


def bytes_of(images: ArrayLike, levels: int) -> UInt8[np.ndarray, "batch height width channel"]:
    """Images as a `Dataset` holds them, a copy; floats are rounded to `levels` steps.

    Raises:
        DataError: when they are not bytes from 0 to `levels` or floats from 0 to 1.
    """
    array = checked_images(images, levels)
    return array.copy() if array.dtype == np.uint8 else np.rint(array * levels).astype(np.uint8)


def checked_images(images: ArrayLike, levels: int) -> np.ndarray:
    """The images as an array of four axes, bytes or floats as they came.

    Args:
        images: See `pixels_of`.
        levels: The byte that counts as 1.0.

    Raises:
        DataError: when they are neither.
    """
    array = np.asarray(images)
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or 0 in array.shape:
        raise DataError(
            f"images must have shape (batch, height, width) or (batch, height, width, channel), none of them 0, "
            f"got {np.shape(images)}. For a single image, add an axis: images[None]."
        )
    if array.dtype == np.uint8:
        problem = _problem_of_bytes(array, levels)
    elif np.issubdtype(array.dtype, np.floating):
        problem = _problem_of_floats(array)
    else:
        problem = (
            f"images must be uint8 or floats, got {array.dtype}. "
            "Try images.astype(np.uint8) or images.astype(float)."
        )
    if problem:
        raise DataError(problem)
    return array


def _problem_of_bytes(images: np.ndarray, levels: int) -> str | None:
    largest = int(images.max())
    if largest > levels:
        return f"images of bytes reach {largest}, expected at most levels={levels}. Try levels={BYTE_LEVELS}."
    if 0 < largest * FAINT <= levels:
        return (
            f"images of bytes reach {largest} only, and {levels} counts as full brightness. "
            f"Try images / {largest}; if they are that dark, images / {levels}."
        )
    return None


def _problem_of_floats(images: np.ndarray) -> str | None:
    if not (is_finite := np.isfinite(images)).all():
        row = int(np.argwhere(~is_finite)[0][0])
        return (
            f"images must be finite numbers, and {np.count_nonzero(~is_finite)} of {images.size} are NaN or infinite, "
            f"the first in image {row}. Leave such images out, or try np.nan_to_num(images)."
        )
    smallest, largest = float(images.min()), float(images.max())
    if smallest >= 0 and largest <= 1:
        return None
    if smallest < 0:
        advice = "Undo their normalization, or try (images - images.min()) / (images.max() - images.min())."
    else:
        advice = (
            f"Try images / {BYTE_LEVELS if BYTE_LEVELS / FAINT < largest <= BYTE_LEVELS else f'{largest:g}'}."
        )
    return f"images of floats must lie in [0, 1], got {smallest:g} to {largest:g}. {advice}"
