"""A mixture of Gaussians over the code, with learned means, scales and weights.

In: a recipe. Out: weights and Gaussians. Not here: labels, responsibilities, the weight of any loss term.
"""

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.priors.base import AbstractPrior
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.probability.categorical import log_dirichlet
from ssvae.probability.gaussian import DiagonalGaussian, soft_bounds

__all__ = ["MixturePrior"]

LOG_STD_BOUNDS = (-2.0, 2.0)
"""log σ of p(z|c), so that no component shrinks onto a single image or swallows all of them. Even about 0, so that
the start, 0, is a σ of exactly 1."""


class MixturePrior(AbstractPrior):
    """p(c) p(z|c) = π_c N(z; mean_c, diag std_c²).

    Every component has its own place: with p(z|c) = N(0, I) for all c the label would live in the decoder
    alone, and the components collapse.
    Source: Jiang et al. 2017 (VaDE), arXiv:1611.05148, equations 3 to 5.
    """

    def __init__(self, config: MixturePriorConfig, latent_dim: int, *, rngs: nnx.Rngs):
        shape = (config.num_components, latent_dim)
        self.means = nnx.Param(config.init_radius * jax.random.normal(rngs.params(), shape))
        self.log_stds = nnx.Param(jnp.zeros(shape))
        self.logits = nnx.Param(jnp.zeros(config.num_components))
        self.config = config

    def log_weights(self) -> Float[Array, " component"]:
        """log π."""
        return jax.nn.log_softmax(_held_unless(self.config.learn_weights, self.logits[...]))

    def components(self) -> DiagonalGaussian:
        """N(mean_c, std_c)."""
        means = _held_unless(self.config.learn_means, self.means[...])
        log_stds = _held_unless(self.config.learn_scales, self.log_stds[...])
        return DiagonalGaussian(means, jnp.exp(soft_bounds(log_stds, *LOG_STD_BOUNDS)))

    def log_weights_density(self) -> Float[Array, ""]:
        """log Dirichlet(π | α, …, α); 0 when π is not learned."""
        if not self.config.has_learned_weights:
            return jnp.zeros(())
        return log_dirichlet(self.log_weights(), self.config.concentration)


def _held_unless(is_learned: bool, parameter: Array) -> Array:
    """The parameter, without a gradient unless it is learned."""
    return parameter if is_learned else jax.lax.stop_gradient(parameter)
