"""Strange images made of known ones: what a model should notice that it was not trained on.

In: bytes from 0 to `levels`. Out: as many bytes of the same shape, the same ones in every run.
Not here: a class left out of training (data/left_out.py), telling strange images from known ones (ood.py).

Where the given images are black and white, so are the strange ones: that they are gray would give them away.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import UInt8

from ssvae.data.streams import stream

__all__ = ["SHIFTS", "Shift"]

Shift = Callable[[np.ndarray, int], np.ndarray]
"""(images, levels) → images, both (example, height, width, channel)."""

SEED = 0
"""Fixed, so that two runs are shown the same strange images whatever their seeds."""


def inverted(
    images: UInt8[np.ndarray, "example height width channel"], levels: int
) -> UInt8[np.ndarray, "example height width channel"]:
    """Black for white: levels − x."""
    return (levels - images).astype(np.uint8)


def permuted(
    images: UInt8[np.ndarray, "example height width channel"], levels: int
) -> UInt8[np.ndarray, "example height width channel"]:
    """The pixels of every image in one and the same random order: each brightness is kept, every shape is lost."""
    order = stream(SEED, "permuted pixels").permutation(images[0].size)
    return images.reshape(len(images), -1)[:, order].reshape(images.shape)


def noise(
    images: UInt8[np.ndarray, "example height width channel"], levels: int
) -> UInt8[np.ndarray, "example height width channel"]:
    """Every pixel drawn by itself, each brightness as likely as any other."""
    generator = stream(SEED, "noise images")
    if _are_black_and_white(images, levels):
        return (generator.integers(2, size=images.shape) * levels).astype(np.uint8)
    return generator.integers(levels + 1, size=images.shape).astype(np.uint8)


def blurred(
    images: UInt8[np.ndarray, "example height width channel"], levels: int
) -> UInt8[np.ndarray, "example height width channel"]:
    """Every pixel the mean of the 3×3 around it, the border repeated: simpler than any known image."""
    height, width = images.shape[1:3]
    wide = np.pad(images.astype(np.int32), ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    total = sum(wide[:, y : y + height, x : x + width] for y in range(3) for x in range(3))
    mean = np.rint(total / 9)  # 3×3 pixels
    if _are_black_and_white(images, levels):
        mean = np.where(2 * mean > levels, levels, 0)
    return mean.astype(np.uint8)


def rotated(
    images: UInt8[np.ndarray, "example height width channel"], levels: int
) -> UInt8[np.ndarray, "example height width channel"]:
    """A quarter turn against the clock; images that are not square are turned upside down instead."""
    if images.shape[1] == images.shape[2]:
        return np.ascontiguousarray(np.rot90(images, axes=(1, 2)))
    return np.ascontiguousarray(images[:, ::-1])


def _are_black_and_white(images: UInt8[np.ndarray, "example height width channel"], levels: int) -> bool:
    return bool(np.all((images == 0) | (images == levels)))


SHIFTS: dict[str, Shift] = {
    "inverted": inverted,
    "permuted": permuted,
    "noise": noise,
    "blurred": blurred,
    "rotated": rotated,
}
"""What `evaluation.shifts` may list."""
