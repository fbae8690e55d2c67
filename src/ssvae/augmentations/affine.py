"""Images turned, scaled and moved a little, then made noisy.

In: images and a key. Out: changed copies. Not here: which images are changed, and what the copies teach.
"""

import dataclasses
import math

import jax
import jax.numpy as jnp
from jax.scipy.ndimage import map_coordinates

from ssvae.arrays import Array, Float, Key
from ssvae.augmentations.base import AbstractAugmentation

__all__ = ["Affine", "resample"]


@dataclasses.dataclass(frozen=True)
class Affine(AbstractAugmentation):
    """A rotation, a scale, a shift and noise, each drawn anew for every image.

    Where the copy shows what lies beyond the image's edge it is 0, the background of the images we have.
    """

    rotation: float
    """Largest angle in degrees, either way; uniform below it."""
    scale: float
    """Sizes are from 1 − scale to 1 + scale times the image's, log-uniform; less than 1."""
    shift: tuple[float, float]
    """Largest shift in pixels, (down or up, right or left); uniform below it."""
    noise: float
    """Standard deviation of the Gaussian noise added to each pixel, in units of full brightness."""

    def __call__(
        self, images: Float[Array, "batch height width channel"], key: Key[Array, ""]
    ) -> Float[Array, "batch height width channel"]:
        """See `AbstractAugmentation.__call__`."""
        place_key, noise_key = jax.random.split(key)
        copies = jax.vmap(resample)(images, *self.draw(place_key, images.shape[0]))
        if self.noise > 0:  # decided before compiling, so that no noise is none drawn
            copies = copies + self.noise * jax.random.normal(noise_key, images.shape)
        return jnp.clip(copies, 0.0, 1.0)

    def draw(
        self, key: Key[Array, ""], num_images: int
    ) -> tuple[Float[Array, "batch 2 2"], Float[Array, "batch 2"]]:
        """A matrix and a shift for each image, as `resample` takes them."""
        evenly = jax.random.uniform(key, (4, num_images), minval=-1.0, maxval=1.0)
        angle = math.radians(self.rotation) * evenly[0]
        smallest, largest = math.log1p(-self.scale), math.log1p(self.scale)
        size = jnp.exp((smallest + largest) / 2 + (largest - smallest) / 2 * evenly[1])
        # A copy twice as large takes steps half as long through its image.
        cosine, sine = jnp.cos(angle) / size, jnp.sin(angle) / size
        matrices = jnp.stack([cosine, sine, -sine, cosine], axis=1).reshape(num_images, 2, 2)
        shifts = jnp.stack([self.shift[0] * evenly[2], self.shift[1] * evenly[3]], axis=1)
        return matrices, shifts


def resample(
    image: Float[Array, "height width channel"], matrix: Float[Array, "2 2"], shift: Float[Array, "2"]
) -> Float[Array, "height width channel"]:
    """The image seen through an affine map: bilinear between pixels, fading to 0 within a pixel beyond the edge.

    The value at place p of the result is the image's at center + matrix · (p − center − shift).

    Args:
        image: One image; all its channels move together.
        matrix: From steps in the result to steps in the image, both (down, right): the inverse of what happens to
            what is seen. [[0, 1], [−1, 0]] is a quarter turn counterclockwise.
        shift: Pixels (down, right) by which the center moves.
    """
    center = [(size - 1) / 2 for size in image.shape[:2]]
    steps = [jnp.arange(size) - middle for size, middle in zip(image.shape, center, strict=False)]
    down, right = jnp.meshgrid(steps[0] - shift[0], steps[1] - shift[1], indexing="ij")
    # Written out, since accelerators round the factors of a matrix product to about three digits.
    places = [middle + row[0] * down + row[1] * right for middle, row in zip(center, matrix, strict=True)]

    def plane(pixels: Float[Array, "height width"]) -> Float[Array, "height width"]:
        return map_coordinates(pixels, places, order=1, mode="constant", cval=0.0)

    # Measured in whole training steps on the CPU: a matrix product with the weights of all pixels makes the step of
    # 28 × 28 images four times as long, and gathers written by hand gain nothing. Masks and all, this fuses well.
    return jax.vmap(plane, in_axes=2, out_axes=2)(image)
