"""Gaussians with a diagonal covariance: densities, samples, divergences.

In: means and standard deviations. Out: values in nats. Not here: which Gaussian is a prior or a posterior.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Key

__all__ = [
    "DiagonalGaussian",
    "kl",
    "kl_per_dimension",
    "log_prob",
    "log_prob_per_dimension",
    "sample",
    "soft_bounds",
]

LOG_TWO_PI = math.log(2 * math.pi)


class DiagonalGaussian(NamedTuple):
    """Independent Gaussians along the last axis, a stack of them along the axes before."""

    mean: Float[Array, "*stack latent"]
    std: Float[Array, "*stack latent"]
    """Greater than 0."""


def log_prob(gaussian: DiagonalGaussian, z: Float[Array, "*stack latent"]) -> Float[Array, "*broadcast"]:
    """log N(z; mean, std), summed over the latent axis, in nats."""
    return jnp.sum(log_prob_per_dimension(gaussian, z), axis=-1)


def log_prob_per_dimension(
    gaussian: DiagonalGaussian, z: Float[Array, "*stack latent"]
) -> Float[Array, "*broadcast latent"]:
    """log N(z_d; mean_d, std_d) of each dimension d, in nats; shapes broadcast."""
    return -0.5 * (((z - gaussian.mean) / gaussian.std) ** 2 + LOG_TWO_PI) - jnp.log(gaussian.std)


def sample(gaussian: DiagonalGaussian, key: Key[Array, ""]) -> Float[Array, "*stack latent"]:
    """One draw of each Gaussian, differentiable in mean and std.

    Source: Kingma & Welling 2014, arXiv:1312.6114, section 2.4 (the reparametrization).
    """
    return gaussian.mean + gaussian.std * jax.random.normal(key, gaussian.mean.shape)


def kl(q: DiagonalGaussian, p: DiagonalGaussian) -> Float[Array, "*stack"]:
    """KL(q ‖ p), summed over the latent axis, in nats; 0 exactly when they are equal."""
    return jnp.sum(kl_per_dimension(q, p), axis=-1)


def kl_per_dimension(q: DiagonalGaussian, p: DiagonalGaussian) -> Float[Array, "*stack latent"]:
    """KL(q_d ‖ p_d) of each dimension d, in nats, each at least 0; shapes broadcast.

    log(std_p / std_q) + (std_q² + (mean_q − mean_p)²) / (2 std_p²) − ½.
    """
    log_ratio = jnp.log(p.std) - jnp.log(q.std)
    spread = (q.std**2 + (q.mean - p.mean) ** 2) / (2 * p.std**2)
    return log_ratio + spread - 0.5


def soft_bounds(x: Float[Array, "*any"], low: float, high: float) -> Float[Array, "*any"]:
    """x pressed smoothly into (low, high): the identity near the middle, with a slope at the bounds too.

    A value at a hard bound has no gradient and stays there for ever; this slope is above 0 until float32 rounds it
    away, some nine half-widths out.
    """
    middle, half_width = (low + high) / 2, (high - low) / 2
    return middle + half_width * jnp.tanh((x - middle) / half_width)
