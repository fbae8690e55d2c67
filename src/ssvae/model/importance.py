"""log p(x) itself, estimated by importance sampling with the component summed out.

    log p(x) ≈ log (1/S) Σ_s w_s,   w_s = Σ_c π_c p(z_sc|c) p(x|z_sc,c) / q(z_sc|x,c)

The weights are unbiased for p(x), and q(c|x) has no part in them: routing and responsibilities change nothing. The
estimate rises with S towards log p(x), from the ELBO's tightest form at S = 1.
Source: Burda et al. 2016 (IWAE), arXiv:1509.00519, equation 8; stratified over c.

In: a model, images, noise. Out: nats per image, the effective number of samples. Not here: averages over images.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Key
from ssvae.model.bound import auxiliary_log_probs, pixel_log_probs
from ssvae.model.inference import Noise, NoiseShape, draw_noise, infer, no_noise
from ssvae.model.ssvae import SSVAE, Mixture
from ssvae.probability import gaussian
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["LogMarginal", "log_importance_weights", "log_marginal"]


class LogMarginal(NamedTuple):
    """An estimate of log p(x) for each image."""

    log_prob: Float[Array, " batch"]
    """In nats; on average not above log p(x)."""
    effective_samples: Float[Array, " batch"]
    """(Σ w)² / Σ w², from 1 (one sample decides) to S (all weigh the same)."""


def log_marginal(log_weights: Float[Array, "sample batch"]) -> LogMarginal:
    """From log importance weights to the estimate."""
    log_sum = jax.nn.logsumexp(log_weights, axis=0)
    log_sum_of_squares = jax.nn.logsumexp(2 * log_weights, axis=0)
    return LogMarginal(log_sum - math.log(log_weights.shape[0]), jnp.exp(2 * log_sum - log_sum_of_squares))


def log_importance_weights(
    model: SSVAE,
    images: Float[Array, "batch height width channel"],
    noise_shape: NoiseShape,
    num_samples: int,
    key: Key[Array, ""],
) -> Float[Array, "sample batch"]:
    """log w_s of each image, S times.

    Args:
        model: With its current parameters.
        images: In [0, 1].
        noise_shape: How much noise an image needs.
        num_samples: S.
        key: For the draws.
    """
    mixture = model.mixture()

    def one(key: Key[Array, ""]) -> Float[Array, " batch"]:
        return _log_weight(model, mixture, images, draw_noise(noise_shape, images.shape[0], key))

    most = _samples_at_once(model, mixture, images, noise_shape)
    # Without a rest, which would be compiled as a program of its own.
    at_once = next(number for number in range(min(most, num_samples), 0, -1) if num_samples % number == 0)
    return jax.lax.map(one, jax.random.split(key, num_samples), batch_size=at_once)


_DECODES = 4096
"""Codes decoded at once: enough for large matrix products, few enough for the memory of a convolutional decoder."""


def _samples_at_once(
    model: SSVAE,
    mixture: Mixture,
    images: Float[Array, "batch height width channel"],
    noise_shape: NoiseShape,
) -> int:
    def one() -> Float[Array, "batch decoded"]:
        noise = no_noise(noise_shape, images.shape[0])
        return pixel_log_probs(model, infer(model, mixture, images, noise), None)

    return max(1, _DECODES // math.prod(jax.eval_shape(one).shape))


def _log_weight(
    model: SSVAE, mixture: Mixture, images: Float[Array, "batch height width channel"], noise: Noise
) -> Float[Array, " batch"]:
    inferred = infer(model, mixture, images, noise)
    posterior, z = inferred.posterior, inferred.draw.z[:, 0]
    components = DiagonalGaussian(*(part[None] for part in mixture.components))
    log_joint = (
        mixture.log_weights[None]
        + gaussian.log_prob(components, z)
        + pixel_log_probs(model, inferred, None)
        - gaussian.log_prob(posterior.code, z)
    )
    if posterior.auxiliary is not None:
        log_joint += auxiliary_log_probs(model, inferred, None)
        log_joint -= gaussian.log_prob(posterior.auxiliary.distribution, posterior.auxiliary.value)[:, None]
    return jax.nn.logsumexp(log_joint, axis=1)
