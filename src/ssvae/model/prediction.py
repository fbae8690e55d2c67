"""What a trained model says of images, one compiled pass for everything that metrics and plots ask.

In: parameters and images. Out: arrays per image, and draws from the prior. Not here: scores, figures.
"""

from functools import partial

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Key, Params
from ssvae.classifiers.base import Statistics
from ssvae.model.objective import bound
from ssvae.model.structure import Structure
from ssvae.probability import gaussian
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["predict", "sample_components"]


@partial(jax.jit, static_argnums=0)
def predict(
    structure: Structure,
    params: Params,
    statistics: Statistics,
    images: Float[Array, "batch height width channel"],
    noise: Float[Array, "batch latent"],
) -> dict[str, Array]:
    """Posterior, class probabilities, mean image and bound of each image.

    Predictions use the mean of q(z|x); only `recon` uses a sample, as the bound asks: mean + std × `noise`,
    standard normal, one row per image, so that a prediction does not depend on the images beside it.
    """
    model = structure.bind(params)
    posterior = model.posterior(images)
    parts = bound(model, posterior, images, posterior.code.mean + posterior.code.std * noise)
    log_probs = model.classifier.log_probs(posterior.code.mean, posterior.log_responsibilities, statistics)
    return {
        "mean": posterior.code.mean,
        "std": posterior.code.std,
        "responsibilities": jnp.exp(posterior.log_responsibilities),
        "class_probs": jnp.exp(log_probs),
        "mean_images": model.likelihood.mean(model.decoder(posterior.code.mean)),
        "recon": parts.recon,
        "kl_z": parts.kl_z,
        "kl_c": parts.kl_c,
    }


@partial(jax.jit, static_argnums=(0, 3))
def sample_components(
    structure: Structure, params: Params, key: Key[Array, ""], num_samples: int
) -> Float[Array, "component sample height width channel"]:
    """Mean images of `num_samples` codes drawn from each p(z|c)."""
    model = structure.bind(params)
    components = model.prior.components()
    num_components = components.mean.shape[0]
    stack = DiagonalGaussian(
        jnp.repeat(components.mean, num_samples, axis=0), jnp.repeat(components.std, num_samples, axis=0)
    )
    images = model.likelihood.mean(model.decoder(gaussian.sample(stack, key)))
    return images.reshape(num_components, num_samples, *structure.image_shape)
