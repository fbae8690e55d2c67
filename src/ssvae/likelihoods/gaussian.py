"""Pixels as Gaussians that share one standard deviation.

In: means. Out: log densities in nats per image. Not here: a σ that varies over images or pixels (heteroscedastic.py).
"""

import math

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.likelihoods.pixels import sum_over_pixels
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
        num_pixels = math.prod(outputs.shape[1:])
        squares = sum_over_pixels((images - outputs) ** 2)
        return -0.5 * squares / std**2 - num_pixels * (jnp.log(std) + 0.5 * LOG_TWO_PI)

    def mean(
        self, outputs: Float[Array, "batch height width channel"]
    ) -> Float[Array, "batch height width channel"]:
        """The outputs, cut to what an image can show."""
        return jnp.clip(outputs, 0.0, 1.0)
