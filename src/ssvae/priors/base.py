"""What a prior is, and the learned weights that several of them have.

In: nothing. Out: `AbstractPrior`, `MixtureWeights`, `Encode`. Not here: any particular prior.
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import TypeAlias

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.probability.categorical import log_dirichlet
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["AbstractPrior", "Encode", "MixtureWeights", "held_unless"]

Encode: TypeAlias = Callable[[Array], DiagonalGaussian]
"""Images (batch, height, width, channel) → q(z|x), mean and std (batch, latent)."""


class AbstractPrior(nnx.Module):
    """p(c) p(z|c): a weight and a Gaussian for each component. One component makes it an ordinary prior."""

    @abstractmethod
    def log_weights(self) -> Float[Array, " component"]:
        """log p(c); the weights sum to 1."""

    @abstractmethod
    def components(self, encode: Encode) -> DiagonalGaussian:
        """p(z|c); mean and std are (component, latent).

        Args:
            encode: The encoder's q(z|x), for a prior that is made of posteriors; the others do without.
        """

    def log_weights_density(self) -> Float[Array, ""]:
        """log of the density that the recipe puts on p(c) itself, in nats; 0 when p(c) is not learned."""
        return jnp.zeros(())


class MixtureWeights(nnx.Module):
    """π = p(c), learned or uniform, with a symmetric Dirichlet density over it."""

    def __init__(self, num_components: int, *, is_learned: bool, concentration: float):
        self.logits = nnx.Param(jnp.zeros(num_components))
        self.is_learned = is_learned
        self.concentration = concentration

    def log_probs(self) -> Float[Array, " component"]:
        """log π."""
        return jax.nn.log_softmax(held_unless(self.is_learned, self.logits[...]))

    def log_density(self) -> Float[Array, ""]:
        """log Dirichlet(π | α, …, α) in nats; 0 when π is not learned."""
        if not self.is_learned:
            return jnp.zeros(())
        return log_dirichlet(self.log_probs(), self.concentration)


def held_unless(is_learned: bool, parameter: Array) -> Array:
    """The parameter, without a gradient unless it is learned."""
    return parameter if is_learned else jax.lax.stop_gradient(parameter)
