"""What a trained model says of images, one compiled pass for everything that metrics and plots ask.

In: parameters and images. Out: arrays per image, and draws from the prior. Not here: scores, figures.
"""

from functools import partial

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Int, Key, Params
from ssvae.classifiers.base import Statistics
from ssvae.model.bound import bound, expected_reconstruction
from ssvae.model.importance import LogMarginal, log_importance_weights, log_marginal
from ssvae.model.inference import Noise, drawn, infer, no_noise
from ssvae.model.objective import class_log_probs
from ssvae.model.ssvae import SSVAE, Mixture
from ssvae.model.structure import Structure
from ssvae.probability import gaussian
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["decode_codes", "estimate_log_marginal", "mixture_of", "predict", "sample_components"]


@partial(jax.jit, static_argnums=0)
def predict(
    structure: Structure,
    params: Params,
    statistics: Statistics,
    images: Float[Array, "batch height width channel"],
    noise: Noise,
    temperature: Float[Array, ""],
) -> dict[str, Array]:
    """Posterior, class probabilities, mean image and bound of each image.

    Predictions use the means of the posterior; only the parts of the bound use draws, one row of `noise` per image, so
    that nothing depends on the images beside it.
    """
    model = structure.bind(params)
    mixture = model.mixture()
    parts = bound(model, mixture, infer(model, mixture, images, noise), temperature)
    sure = infer(model, mixture, images, no_noise(structure.noise_shape, images.shape[0]))
    log_responsibilities = sure.draw.mean_log_responsibilities()
    mean_images, pixel_std = expected_reconstruction(model, sure)
    code = _moments(sure.posterior.code, log_responsibilities)
    predictions = {
        "mean": code.mean,
        "std": code.std,
        "responsibilities": jnp.exp(log_responsibilities),
        "class_probs": jnp.exp(class_log_probs(model, statistics, sure.draw)),
        "mean_images": mean_images,
        "recon": parts.recon,
        "kl_z": parts.kl_z,
        "kl_c": parts.kl_c,
        "kl_a": parts.kl_a,
        "kl_dimensions": parts.kl_dimensions,
    }
    return predictions if pixel_std is None else predictions | {"pixel_std": pixel_std}


def _moments(
    code: DiagonalGaussian, log_responsibilities: Float[Array, "batch component"]
) -> DiagonalGaussian:
    """Mean and standard deviation of q(z|x) = Σ_c q(c|x) q(z|x,c), dimension by dimension."""
    if code.mean.shape[1] == 1:
        return DiagonalGaussian(code.mean[:, 0], code.std[:, 0])
    weights = jnp.exp(log_responsibilities)
    mean = jnp.einsum("bc,bcd->bd", weights, code.mean)
    variance = jnp.einsum("bc,bcd->bd", weights, code.std**2 + (code.mean - mean[:, None]) ** 2)
    return DiagonalGaussian(mean, jnp.sqrt(variance))


@partial(jax.jit, static_argnums=(0, 5))
def estimate_log_marginal(
    structure: Structure,
    params: Params,
    images: Float[Array, "batch height width channel"],
    key: Key[Array, ""],
    portion: int | Int[Array, ""],
    num_samples: int,
) -> LogMarginal:
    """log p(x) of each image by `num_samples` importance samples; see importance.py.

    `key` is that of all images; each portion of them, counted from 0, has draws of its own.
    """
    model = structure.bind(params)
    key = jax.random.fold_in(key, portion)
    return log_marginal(log_importance_weights(model, images, structure.noise_shape, num_samples, key))


@partial(jax.jit, static_argnums=0)
def mixture_of(structure: Structure, params: Params) -> Mixture:
    """The prior as numbers."""
    return structure.bind(params).mixture()


@partial(jax.jit, static_argnums=0)
def decode_codes(
    structure: Structure,
    params: Params,
    z: Float[Array, "row latent"],
    conditions: Float[Array, "row component"],
    auxiliary_noise: Float[Array, "row auxiliary"],
) -> Float[Array, "row height width channel"]:
    """Mean images of codes, each under its own component."""
    return _mean_images(structure.bind(params), z, conditions, auxiliary_noise)


@partial(jax.jit, static_argnums=(0, 3))
def sample_components(
    structure: Structure, params: Params, key: Key[Array, ""], num_samples: int
) -> Float[Array, "component sample height width channel"]:
    """Mean images of `num_samples` codes drawn from each p(z|c)."""
    model = structure.bind(params)
    components = model.mixture().components
    num_components = components.mean.shape[0]
    stack = DiagonalGaussian(*(jnp.repeat(part, num_samples, axis=0) for part in components))
    z = gaussian.sample(stack, jax.random.fold_in(key, 0))
    conditions = jnp.repeat(jnp.eye(num_components), num_samples, axis=0)
    noise = drawn(jax.random.normal, key, 1, (z.shape[0], structure.noise_shape.auxiliary))
    images = _mean_images(model, z, conditions, noise)
    return images.reshape(num_components, num_samples, *structure.image_shape)


def _mean_images(
    model: SSVAE,
    z: Float[Array, "row latent"],
    conditions: Float[Array, "row component"],
    auxiliary_noise: Float[Array, "row auxiliary"],
) -> Float[Array, "row height width channel"]:
    """E[x|z,c], with a drawn from p(a|z,c) where there is one."""
    auxiliary = None
    if model.auxiliary is not None:
        prior = model.auxiliary.prior(z, conditions)
        auxiliary = prior.mean + prior.std * auxiliary_noise
    outputs = model.decode(z[:, None], auxiliary, conditions[:, None])
    return model.likelihood.mean(outputs[:, 0])
