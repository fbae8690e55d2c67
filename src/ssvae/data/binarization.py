"""Black and white images out of gray ones: every pixel drawn once, with its brightness as the chance of white.

In: a `Dataset` of gray images. Out: the same with black and white ones, the same draw in every run.
Not here: drawing anew at each training step.
"""

import dataclasses

import numpy as np

from ssvae.data.dataset import Dataset, Split
from ssvae.data.streams import stream

__all__ = ["binarized"]

SEED = 0
"""Fixed, so that the nats of two runs are of the same images whatever their seeds."""


def binarized(dataset: Dataset) -> Dataset:
    """Every pixel 0 or `levels`; labels, labeled rows and fingerprint stay, for they tell which gray images these were.

    The draw of a pixel follows the name of its split and its place in it, nothing else: more images after it leave it
    as it is, and images that are black and white already stay.
    """
    drawn = {name: _drawn(split, name, dataset.levels) for name, split in dataset.parts().items()}
    return dataclasses.replace(dataset, **drawn)


def _drawn(split: Split, name: str, levels: int) -> Split:
    generator = stream(SEED, f"binarization of {name}")
    # Whole numbers from 0 to levels − 1: below the brightness with a chance of exactly brightness / levels.
    thresholds = generator.integers(levels, size=split.images.shape, dtype=np.uint8)
    images = np.where(thresholds < split.images, np.uint8(levels), np.uint8(0))
    images.flags.writeable = False
    return dataclasses.replace(split, images=images)
