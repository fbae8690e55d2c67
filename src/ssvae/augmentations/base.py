"""What an augmentation is.

In: nothing. Out: `AbstractAugmentation`. Not here: any particular augmentation.
"""

from abc import ABC, abstractmethod

from ssvae.arrays import Array, Float, Key

__all__ = ["AbstractAugmentation"]


class AbstractAugmentation(ABC):
    """A random change of images that leaves their classes alone.

    It learns nothing and remembers nothing. Its settings are plain numbers, and equal settings make equal, hashable
    augmentations, so that one may be part of the key of a compiled program.
    """

    @abstractmethod
    def __call__(
        self, images: Float[Array, "batch height width channel"], key: Key[Array, ""]
    ) -> Float[Array, "batch height width channel"]:
        """A changed copy of each image, all with draws of their own; no image sees another. In [0, 1], as `images`."""
