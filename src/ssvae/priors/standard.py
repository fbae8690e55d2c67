"""The standard normal prior of the plain VAE.

In: the size of the code. Out: one component, N(0, I), nothing learned.
"""

import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.priors.base import AbstractPrior, Encode
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["StandardPrior"]


class StandardPrior(AbstractPrior):
    """p(z) = N(0, I). Source: Kingma & Welling 2014, arXiv:1312.6114, section 3."""

    def __init__(self, latent_dim: int):
        self.latent_dim = latent_dim

    def log_weights(self) -> Float[Array, " component"]:
        """Certainty: log 1."""
        return jnp.zeros(1)

    def components(self, encode: Encode) -> DiagonalGaussian:
        """One standard normal."""
        return DiagonalGaussian(jnp.zeros((1, self.latent_dim)), jnp.ones((1, self.latent_dim)))
