"""What a likelihood is.

In: nothing. Out: `AbstractLikelihood`. Not here: any particular likelihood.
"""

from abc import abstractmethod

from flax import nnx

from ssvae.arrays import Array, Float

__all__ = ["AbstractLikelihood"]


class AbstractLikelihood(nnx.Module):
    """p(x | decoder output), in nats per image, so that its weight in the loss is always 1.

    The decoder gives `outputs_per_pixel` numbers (see the recipe) per pixel and channel, one block of channels after
    the other: the first number of every channel, then the second of every channel.
    """

    @abstractmethod
    def log_prob(
        self,
        outputs: Float[Array, "batch height width output"],
        images: Float[Array, "batch height width channel"],
    ) -> Float[Array, " batch"]:
        """log p(x | outputs), summed over pixels. A density may exceed 1, so its log may be positive."""

    @abstractmethod
    def mean(
        self, outputs: Float[Array, "batch height width output"]
    ) -> Float[Array, "batch height width channel"]:
        """E[x | outputs], for showing: always from 0 to 1."""

    def std(
        self, outputs: Float[Array, "batch height width output"]
    ) -> Float[Array, "batch height width channel"] | None:
        """σ of each pixel where the likelihood predicts it per image; None where it does not."""
        return None
