"""How good the model is on images it does not learn from, after every epoch, in one compiled call.

The bound needs no labels, so choosing the best epoch by it keeps the run an honest few-label run.
In: a state and the validation images. Out: the numbers of `VALIDATION_KEYS`. Not here: choosing by them (fit.py).
"""

import math
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Array, Bool, Float, Int, Params, UInt8
from ssvae.classifiers.base import Statistics
from ssvae.data.dataset import Split
from ssvae.model.objective import bound
from ssvae.model.structure import Structure
from ssvae.model.terms import TOTAL
from ssvae.probability.categorical import entropy
from ssvae.training.epoch import Hyperparameters
from ssvae.training.history import ACTIVE_SHARE

__all__ = ["ValidationData", "validate", "validation_data"]


class ValidationData(NamedTuple):
    """Validation images in equal portions, the last one padded; padding counts for nothing."""

    images: UInt8[Array, "portion batch height width channel"]
    labels: Int[Array, "portion batch"]
    is_real: Bool[Array, "portion batch"]
    noise: Float[Array, "portion batch latent"]
    """One standard normal code per image."""
    levels: Float[Array, ""]


def validation_data(
    split: Split, levels: int, noise: Float[np.ndarray, "example latent"], portion_size: int = 512
) -> ValidationData:
    """Cut a split, and its noise, into portions of at most `portion_size` images."""
    portions = math.ceil(len(split) / portion_size)
    size = math.ceil(len(split) / portions)
    padding = portions * size - len(split)
    images = np.pad(split.images, ((0, padding), (0, 0), (0, 0), (0, 0)))
    labels = np.pad(split.labels.astype(np.int32), (0, padding))
    noise = np.pad(noise, ((0, padding), (0, 0)))
    is_real = np.arange(portions * size) < len(split)
    return ValidationData(
        jnp.asarray(images.reshape(portions, size, *images.shape[1:])),
        jnp.asarray(labels.reshape(portions, size)),
        jnp.asarray(is_real.reshape(portions, size)),
        jnp.asarray(noise.reshape(portions, size, -1)),
        jnp.asarray(float(levels)),
    )


@partial(jax.jit, static_argnums=0)
def validate(
    structure: Structure,
    params: Params,
    statistics: Statistics,
    data: ValidationData,
    hyperparameters: Hyperparameters,
) -> dict[str, Float[Array, ""]]:
    """Means over all validation images, keyed by `VALIDATION_KEYS`.

    Args:
        structure: The model's structure.
        params: Its parameters.
        statistics: Its classifier's statistics.
        data: From `validation_data`.
        hyperparameters: The weights reached after warm-up; `loss.total.val` leaves out terms that need labels.
    """

    def portion_sums(index: Int[Array, ""]) -> dict[str, Array]:
        return _portion_sums(structure, params, statistics, data, index)

    sums = jax.tree.map(lambda x: jnp.sum(x, axis=0), jax.lax.map(portion_sums, jnp.arange(len(data.images))))
    means = jax.tree.map(lambda x: x / jnp.sum(data.is_real), sums)
    usage_entropy = entropy(jnp.log(means["usage"]))
    weights = hyperparameters.weights
    weighted = [weights[f"loss.{term}"] * means[term] for term in ("recon", "kl.z", "kl.c")]
    num_components = means["usage"].shape[0]
    return {
        f"{TOTAL}.val": weighted[0] + weighted[1] + weighted[2],
        "loss.recon.val": means["recon"],
        "loss.kl.z.val": means["kl.z"],
        "loss.kl.c.val": means["kl.c"],
        "metric.elbo.val": -(means["recon"] + means["kl.z"] + means["kl.c"]),
        "metric.accuracy.val": means["accuracy"],
        "metric.k_eff": jnp.exp(usage_entropy),
        "metric.components.active": jnp.sum(means["usage"] > ACTIVE_SHARE / num_components).astype(
            jnp.float32
        ),
        "metric.information": usage_entropy - means["entropy"],
        "metric.responsibility.confidence": means["confidence"],
    }


def _portion_sums(
    structure: Structure,
    params: Params,
    statistics: Statistics,
    data: ValidationData,
    index: Int[Array, ""],
) -> dict[str, Array]:
    """Sums over the real images of one portion."""
    model = structure.bind(params)
    images = data.images[index].astype(jnp.float32) / data.levels
    posterior = model.posterior(images)
    z = posterior.code.mean + posterior.code.std * data.noise[index]
    parts = bound(model, posterior, images, z)
    log_probs = model.classifier.log_probs(posterior.code.mean, posterior.log_responsibilities, statistics)
    responsibilities = jnp.exp(posterior.log_responsibilities)
    values = {
        "recon": parts.recon,
        "kl.z": parts.kl_z,
        "kl.c": parts.kl_c,
        "accuracy": (jnp.argmax(log_probs, axis=1) == data.labels[index]).astype(jnp.float32),
        "entropy": entropy(posterior.log_responsibilities),
        "confidence": jnp.max(responsibilities, axis=1),
    }
    is_real = data.is_real[index].astype(jnp.float32)
    return {name: jnp.sum(value * is_real) for name, value in values.items()} | {
        "usage": is_real @ responsibilities
    }
