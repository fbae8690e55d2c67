"""No augmentation: images stay as they are, so that a run without changed copies is a choice like any other.

In: images. Out: the same images.
"""

import dataclasses

from ssvae.arrays import Array, Float, Key
from ssvae.augmentations.base import AbstractAugmentation

__all__ = ["NoAugmentation"]


@dataclasses.dataclass(frozen=True)
class NoAugmentation(AbstractAugmentation):
    """The identity."""

    def __call__(
        self, images: Float[Array, "batch height width channel"], key: Key[Array, ""]
    ) -> Float[Array, "batch height width channel"]:
        """The images themselves; the key is not used."""
        return images
