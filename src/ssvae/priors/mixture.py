"""A mixture of Gaussians over the code, with learned means, scales and weights.

In: a recipe. Out: weights and Gaussians. Not here: labels, responsibilities, the weight of any loss term.
"""

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.priors.base import AbstractPrior, Encode, MixtureWeights, held_unless
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.probability.gaussian import DiagonalGaussian, soft_bounds

__all__ = ["MixturePrior"]

LOG_STD_BOUNDS = (-2.0, 2.0)
"""log σ of p(z|c), so that no component shrinks onto a single image or swallows all of them. Even about 0, so that
the start, 0, is a σ of exactly 1."""


class MixturePrior(AbstractPrior):
    """p(c) p(z|c) = π_c N(z; mean_c, diag std_c²).

    Every component has its own place: with p(z|c) = N(0, I) for all c the label would live in the decoder
    alone, and the components collapse unless labels hold them apart.
    Source: Jiang et al. 2017 (VaDE), arXiv:1611.05148, equations 3 to 5.
    """

    def __init__(self, config: MixturePriorConfig, latent_dim: int, *, rngs: nnx.Rngs):
        shape = (config.num_components, latent_dim)
        self.means = nnx.Param(config.init_radius * jax.random.normal(rngs.params(), shape))
        self.log_stds = nnx.Param(jnp.zeros(shape))
        self.weights = MixtureWeights(
            config.num_components, is_learned=config.has_learned_weights, concentration=config.concentration
        )
        self.config = config

    def log_weights(self) -> Float[Array, " component"]:
        """log π."""
        return self.weights.log_probs()

    def components(self, encode: Encode) -> DiagonalGaussian:
        """N(mean_c, std_c)."""
        means = held_unless(self.config.learn_means, self.means[...])
        log_stds = held_unless(self.config.learn_scales, self.log_stds[...])
        return DiagonalGaussian(means, jnp.exp(soft_bounds(log_stds, *LOG_STD_BOUNDS)))

    def log_weights_density(self) -> Float[Array, ""]:
        """See `AbstractPrior.log_weights_density`."""
        return self.weights.log_density()
