"""Pixels as Gaussians whose standard deviation the decoder predicts, one per image or one per pixel.

In: means and s, from which σ follows. Out: log densities in nats per image, σ. Not here: one σ for all (gaussian.py).
"""

import math

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.likelihoods.pixels import sum_over_pixels
from ssvae.probability.gaussian import LOG_TWO_PI

__all__ = ["Heteroscedastic"]


class Heteroscedastic(AbstractLikelihood):
    """log p(x) = −Σ (x − mean)² / 2σ² − Σ log σ − (D/2) log 2π over the D pixels.

    With one σ for an image, Σ log σ is D log σ, and at its best σ is the root mean squared error of that image.
    Between its bounds σ has a slope in s everywhere: σ = σ_min + (σ_max − σ_min) · sigmoid(s).
    Source: Kendall & Gal 2017, arXiv:1703.04977, there without bounds.
    """

    def __init__(self, sigma_min: float, sigma_max: float, *, is_per_image: bool):
        self.sigma_min = sigma_min
        self.sigma_max = sigma_max
        self.is_per_image = is_per_image

    def log_prob(
        self,
        outputs: Float[Array, "batch height width output"],
        images: Float[Array, "batch height width channel"],
    ) -> Float[Array, " batch"]:
        """See `AbstractLikelihood.log_prob`; outputs are the means of all channels, then their s."""
        means, s = jnp.split(outputs, 2, axis=-1)
        sigma = self._sigma(s)
        num_pixels = math.prod(means.shape[1:])
        squares = sum_over_pixels(((images - means) / sigma) ** 2)
        log_sigmas = sum_over_pixels(jnp.broadcast_to(jnp.log(sigma), means.shape))
        return -0.5 * (squares + num_pixels * LOG_TWO_PI) - log_sigmas

    def mean(
        self, outputs: Float[Array, "batch height width output"]
    ) -> Float[Array, "batch height width channel"]:
        """The means, cut to what an image can show."""
        means, _ = jnp.split(outputs, 2, axis=-1)
        return jnp.clip(means, 0.0, 1.0)

    def std(
        self, outputs: Float[Array, "batch height width output"]
    ) -> Float[Array, "batch height width channel"]:
        """σ of each pixel, in units of full brightness; one per image is the same for all its pixels."""
        _, s = jnp.split(outputs, 2, axis=-1)
        return jnp.broadcast_to(self._sigma(s), s.shape)

    def _sigma(
        self, s: Float[Array, "batch height width channel"]
    ) -> Float[Array, "batch #height #width #channel"]:
        """σ, one number per image or one per pixel and channel."""
        if self.is_per_image:
            s = jnp.mean(s, axis=(1, 2, 3), keepdims=True)
        return self.sigma_min + (self.sigma_max - self.sigma_min) * jax.nn.sigmoid(s)
