"""Gaussians with a diagonal covariance: densities, samples, divergences.

In: means and standard deviations. Out: values in nats. Not here: which Gaussian is a prior or a posterior.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Key

__all__ = ["DiagonalGaussian", "kl", "kl_to_components", "log_prob", "sample", "soft_bounds"]

LOG_TWO_PI = math.log(2 * math.pi)


class DiagonalGaussian(NamedTuple):
    """Independent Gaussians along the last axis, a stack of them along the axes before."""

    mean: Float[Array, "*stack latent"]
    std: Float[Array, "*stack latent"]
    """Greater than 0."""


def log_prob(gaussian: DiagonalGaussian, z: Float[Array, "*stack latent"]) -> Float[Array, "*stack"]:
    """log N(z; mean, std), summed over the latent axis, in nats."""
    standardized = (z - gaussian.mean) / gaussian.std
    return jnp.sum(-0.5 * (standardized**2 + LOG_TWO_PI) - jnp.log(gaussian.std), axis=-1)


def sample(gaussian: DiagonalGaussian, key: Key[Array, ""]) -> Float[Array, "*stack latent"]:
    """One draw of each Gaussian, differentiable in mean and std.

    Source: Kingma & Welling 2014, arXiv:1312.6114, section 2.4 (the reparametrization).
    """
    return gaussian.mean + gaussian.std * jax.random.normal(key, gaussian.mean.shape)


def kl(q: DiagonalGaussian, p: DiagonalGaussian) -> Float[Array, "*stack"]:
    """KL(q ‖ p), summed over the latent axis, in nats; 0 exactly when they are equal.

    Σ log(std_p / std_q) + (std_q² + (mean_q − mean_p)²) / (2 std_p²) − ½.
    """
    log_ratio = jnp.log(p.std) - jnp.log(q.std)
    spread = (q.std**2 + (q.mean - p.mean) ** 2) / (2 * p.std**2)
    return jnp.sum(log_ratio + spread - 0.5, axis=-1)


def kl_to_components(q: DiagonalGaussian, components: DiagonalGaussian) -> Float[Array, "batch component"]:
    """KL(q_b ‖ p_c) for every example b and component c, in nats.

    Args:
        q: (batch, latent).
        components: (component, latent).
    """
    rows = DiagonalGaussian(q.mean[:, None, :], q.std[:, None, :])
    columns = DiagonalGaussian(components.mean[None, :, :], components.std[None, :, :])
    return kl(rows, columns)


def soft_bounds(x: Float[Array, "*any"], low: float, high: float) -> Float[Array, "*any"]:
    """x pressed smoothly into (low, high): the identity near the middle, with a slope at the bounds too.

    A value at a hard bound has no gradient and stays there for ever; this slope is above 0 until float32 rounds it
    away, some nine half-widths out.
    """
    middle, half_width = (low + high) / 2, (high - low) / 2
    return middle + half_width * jnp.tanh((x - middle) / half_width)
