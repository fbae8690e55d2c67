"""Pixels between black and white, with the density whose logarithm is linear in the brightness.

In: logits. Out: log densities in nats per image. Not here: black and white pixels (bernoulli.py).
"""

import math

import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.likelihoods.bernoulli import log_prob_of_logits
from ssvae.likelihoods.pixels import sum_over_pixels

__all__ = ["ContinuousBernoulli", "log_normalizer", "mean_of_logits"]

SERIES_BELOW = 0.3
"""|l| below which a power series takes over. Three terms are then right to 2e-9 in value and 5e-8 in slope, finer than
float32; the closed forms are differences of numbers of size 1/l, which lose digits as l shrinks."""


class ContinuousBernoulli(AbstractLikelihood):
    """log p(x) = Σ x·l − softplus(l) + log C(l) for x in [0, 1] and logits l; stable for any l.

    The soft Bernoulli made a density: C is what its integral over brightness lacks. So a gray image has a likelihood,
    which may be positive. Source: Loaiza-Ganem & Cunningham 2019, arXiv:1907.06845.
    """

    def log_prob(
        self,
        outputs: Float[Array, "batch height width channel"],
        images: Float[Array, "batch height width channel"],
    ) -> Float[Array, " batch"]:
        """See `AbstractLikelihood.log_prob`; outputs are logits."""
        return log_prob_of_logits(outputs, images) + sum_over_pixels(log_normalizer(outputs))

    def mean(
        self, outputs: Float[Array, "batch height width channel"]
    ) -> Float[Array, "batch height width channel"]:
        """The mean brightness; nearer to the middle than sigmoid(l)."""
        return mean_of_logits(outputs)


def log_normalizer(logits: Float[Array, "*any"]) -> Float[Array, "*any"]:
    """log C = log(l / tanh(l/2)), from log 2 at l = 0 up; even in l.

    The source writes C = 2 artanh(1 − 2λ) / (1 − 2λ) with λ = sigmoid(l), and 1 − 2λ is −tanh(l/2).
    """
    is_near, near, far = _near_and_far(logits)
    closed = jnp.log(far / jnp.tanh(far / 2))
    square = near**2  # log(a / tanh a) = a²/3 − 7a⁴/90 + 62a⁶/2835 − …, at a = l/2
    series = math.log(2) + square * (1 / 12 - square * (7 / 1440 - square * 31 / 90720))
    return jnp.where(is_near, series, closed)


def mean_of_logits(logits: Float[Array, "*any"]) -> Float[Array, "*any"]:
    """E[x] = 1 / (1 − exp(−l)) − 1/l, from 0 through 1/2 at l = 0 to 1."""
    is_near, near, far = _near_and_far(logits)
    closed = (1 + 1 / jnp.tanh(far / 2)) / 2 - 1 / far  # 1/(1 − exp(−l)), where exp cannot overflow
    square = near**2
    series = 0.5 + near * (1 / 12 - square * (1 / 720 - square / 30240))
    return jnp.where(is_near, series, closed)


def _near_and_far(
    logits: Float[Array, "*any"],
) -> tuple[Array, Float[Array, "*any"], Float[Array, "*any"]]:
    """Where the series holds, and the logits made harmless for the series and for the closed form.

    `where` alone is not enough: the gradient of the branch not taken is multiplied by 0, and 0 · ∞ is no number.
    """
    is_near = jnp.abs(logits) < SERIES_BELOW
    return is_near, jnp.where(is_near, logits, 0.0), jnp.where(is_near, 1.0, logits)
