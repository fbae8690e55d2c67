"""Pixels as Gaussians that share one standard deviation.

In: means. Out: log densities in nats per image. Not here: a σ that varies over images or pixels (heteroscedastic.py).
"""

import math

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.probability.gaussian import LOG_TWO_PI

__all__ = ["Gaussian"]


class Gaussian(AbstractLikelihood):
    """log p(x) = −Σ (x − mean)² / 2σ² − D log σ − (D/2) log 2π over the D pixels.

    At its best σ is the root mean squared error. Source: Rybkin et al. 2021 (σ-VAE), arXiv:2006.13202, eq. 4.
    """

    def __init__(self, std: float, *, is_learned: bool):
        self.log_std = nnx.Param(jnp.asarray(math.log(std)))
        self.is_learned = is_learned

    def shared_std(self) -> Float[Array, ""]:
        """σ, in units of full brightness."""
        log_std = self.log_std[...]
        return jnp.exp(log_std if self.is_learned else jax.lax.stop_gradient(log_std))

    def log_prob(
        self,
        outputs: Float[Array, "batch height width channel"],
        images: Float[Array, "batch height width channel"],
    ) -> Float[Array, " batch"]:
        """See `AbstractLikelihood.log_prob`; outputs are means."""
        std = self.shared_std()
        log_densities = -0.5 * (((images - outputs) / std) ** 2 + LOG_TWO_PI) - jnp.log(std)
        return jnp.sum(log_densities, axis=(1, 2, 3))

    def mean(
        self, outputs: Float[Array, "batch height width channel"]
    ) -> Float[Array, "batch height width channel"]:
        """The outputs, cut to what an image can show."""
        return jnp.clip(outputs, 0.0, 1.0)
