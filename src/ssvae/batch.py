"""What the model sees at one training step: two streams, so that no step is without labels.

In: arrays gathered by training/. Out: `Batch`. Not here: where the images came from.
"""

from typing import NamedTuple

from ssvae.arrays import Array, Float, Int

__all__ = ["Batch"]


class Batch(NamedTuple):
    """One step's images. The bound is averaged over `images`, the classifier term over the labeled rows."""

    images: Float[Array, "batch height width channel"]
    """In [0, 1]; drawn from all training images, labeled ones included, their labels unseen."""
    labeled_images: Float[Array, "labeled height width channel"]
    """Drawn from the labeled training images; no rows when the run has no labels."""
    labels: Int[Array, " labeled"]
    """The labels of `labeled_images`."""
