"""What can be asked of the augmentation: how the copies of images differ from them.

In: settings. Out: recipes whose `build` gives an augmentation. Not here: the weight of what the copies teach.
"""

import dataclasses
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting

if TYPE_CHECKING:
    from ssvae.augmentations.base import AbstractAugmentation

__all__ = ["AUGMENTATIONS", "AbstractAugmentationConfig", "AffineConfig", "NoAugmentationConfig"]


@dataclasses.dataclass(frozen=True)
class AbstractAugmentationConfig(Recipe):
    """The recipe of an augmentation."""

    @property
    @abstractmethod
    def changes_images(self) -> bool:
        """Whether a copy ever differs from its image, so that comparing the two means something."""

    @property
    def teaching_probability(self) -> float:
        """From which probability of its likeliest class an image teaches that class to its changed copy."""
        return 1.0

    @abstractmethod
    def build(self, image_shape: tuple[int, int, int]) -> "AbstractAugmentation":
        """The augmentation of images of `image_shape` (height, width, channel)."""


@dataclasses.dataclass(frozen=True)
class NoAugmentationConfig(AbstractAugmentationConfig):
    """Images stay as they are."""

    variant: ClassVar[str] = "none"

    @property
    def changes_images(self) -> bool:
        """No."""
        return False

    def build(self, image_shape: tuple[int, int, int]) -> "AbstractAugmentation":
        """See `AbstractAugmentationConfig.build`."""
        from ssvae.augmentations.none import NoAugmentation

        return NoAugmentation()


@dataclasses.dataclass(frozen=True)
class AffineConfig(AbstractAugmentationConfig):
    """Each image turned, scaled, moved and made noisy by draws of its own; background comes in at the edges."""

    variant: ClassVar[str] = "affine"
    rotation: float = setting(17.0, at_least=0, at_most=180)
    """Largest rotation in degrees, either way. A 6 turned far enough is a 9."""
    scale: float = setting(0.15, at_least=0, below=1)
    """Largest relative change of size: 0.15 gives sizes from 0.85 to 1.15 times the image's."""
    shift: float = setting(0.125, at_least=0, at_most=1)
    """Largest shift in each direction, as a share of the image's height or width: 0.125 is 1 pixel of 8."""
    noise: float = setting(0.1, at_least=0)
    """Standard deviation of the noise added to each pixel, in units of full brightness; the result stays in [0, 1]."""
    confidence: float = setting(0.9, above=0, at_most=1, traced=True)
    """An image whose most probable class has at least this probability teaches that class to its changed copy."""

    @property
    def teaching_probability(self) -> float:
        """`confidence`."""
        return self.confidence

    @property
    def changes_images(self) -> bool:
        """Unless every change is set to 0."""
        return max(self.rotation, self.scale, self.shift, self.noise) > 0

    def build(self, image_shape: tuple[int, int, int]) -> "AbstractAugmentation":
        """See `AbstractAugmentationConfig.build`."""
        from ssvae.augmentations.affine import Affine

        height, width, _ = image_shape
        return Affine(self.rotation, self.scale, (self.shift * height, self.shift * width), self.noise)


AUGMENTATIONS: dict[str, type[AbstractAugmentationConfig]] = {
    "affine": AffineConfig,
    "none": NoAugmentationConfig,
}
