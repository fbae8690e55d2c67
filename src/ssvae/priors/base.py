"""What a prior is.

In: nothing. Out: `AbstractPrior`. Not here: any particular prior.
"""

from abc import abstractmethod

import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["AbstractPrior"]


class AbstractPrior(nnx.Module):
    """p(c) p(z|c): a weight and a Gaussian for each component. One component makes it an ordinary prior."""

    @abstractmethod
    def log_weights(self) -> Float[Array, " component"]:
        """log p(c); the weights sum to 1."""

    @abstractmethod
    def components(self) -> DiagonalGaussian:
        """p(z|c); mean and std are (component, latent)."""

    def log_weights_density(self) -> Float[Array, ""]:
        """log of the density that the recipe puts on p(c) itself, in nats; 0 when p(c) is not learned."""
        return jnp.zeros(())
