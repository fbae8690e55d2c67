"""What a likelihood is.

In: nothing. Out: `AbstractLikelihood`. Not here: any particular likelihood.
"""

from abc import abstractmethod

from flax import nnx

from ssvae.arrays import Array, Float

__all__ = ["AbstractLikelihood"]


class AbstractLikelihood(nnx.Module):
    """p(x | decoder output), in nats per image, so that its weight in the loss is always 1."""

    @abstractmethod
    def log_prob(
        self,
        outputs: Float[Array, "batch height width channel"],
        images: Float[Array, "batch height width channel"],
    ) -> Float[Array, " batch"]:
        """log p(x | outputs), summed over pixels. A density may exceed 1, so its log may be positive."""

    @abstractmethod
    def mean(
        self, outputs: Float[Array, "batch height width channel"]
    ) -> Float[Array, "batch height width channel"]:
        """E[x | outputs], for showing."""
