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
from ssvae.model.bound import bound
from ssvae.model.inference import Noise, infer, no_noise
from ssvae.model.objective import class_log_probs
from ssvae.model.structure import Structure
from ssvae.model.terms import TOTAL
from ssvae.probability.categorical import entropy
from ssvae.training.epoch import Hyperparameters
from ssvae.training.history import ACTIVE_SHARE, BOUND_TERMS

__all__ = ["Scores", "ValidationData", "validate", "validation_data"]


class ValidationData(NamedTuple):
    """Validation images in equal portions, the last one padded; padding counts for nothing."""

    images: UInt8[Array, "portion batch height width channel"]
    labels: Int[Array, "portion batch"]
    is_real: Bool[Array, "portion batch"]
    noise: Noise
    """A row per image, portions along the first axis."""
    levels: Float[Array, ""]


class Scores(NamedTuple):
    """What one look at the validation images gives."""

    values: dict[str, Float[Array, ""]]
    """Keyed by `VALIDATION_KEYS`."""
    usage: Float[Array, " component"]
    """Mean of q(c|x); sums to 1."""
    prior_weights: Float[Array, " component"]
    """π = p(c); sums to 1."""


def validation_data(split: Split, levels: int, noise: Noise, portion_size: int = 512) -> ValidationData:
    """Cut a split, and its noise, into portions of at most `portion_size` images."""
    portions = math.ceil(len(split) / portion_size)
    size = math.ceil(len(split) / portions)

    def cut(values: np.ndarray | Array) -> Array:
        rows = np.asarray(values)
        padded = np.pad(rows, ((0, portions * size - len(split)), *((0, 0) for _ in rows.shape[1:])))
        return jax.device_put(padded.reshape(portions, size, *rows.shape[1:]))

    return ValidationData(
        cut(split.images),
        cut(split.labels.astype(np.int32)),
        cut(np.ones(len(split), bool)),
        jax.tree.map(cut, noise),
        jax.device_put(np.float32(levels)),
    )


@partial(jax.jit, static_argnums=0)
def validate(
    structure: Structure,
    params: Params,
    statistics: Statistics,
    data: ValidationData,
    hyperparameters: Hyperparameters,
) -> Scores:
    """Means over all validation images.

    Args:
        structure: The model's structure.
        params: Its parameters.
        statistics: Its classifier's statistics.
        data: From `validation_data`.
        hyperparameters: The weights reached after warm-up, for `loss.total.val`, and the temperature of the epoch.
    """

    def portion_sums(index: Int[Array, ""]) -> dict[str, Array]:
        return _portion_sums(
            structure, params, statistics, data, hyperparameters.objective.temperature, index
        )

    sums = jax.tree.map(lambda x: jnp.sum(x, axis=0), jax.lax.map(portion_sums, jnp.arange(len(data.images))))
    means = jax.tree.map(lambda x: x / jnp.sum(data.is_real), sums)
    usage_entropy = entropy(jnp.log(means["usage"]))
    num_components = means["usage"].shape[0]
    weights = hyperparameters.objective.weights
    scores = {
        f"{TOTAL}.val": sum((weights[term] * means[term] for term in BOUND_TERMS), start=jnp.zeros(())),
        **{f"{term}.val": means[term] for term in BOUND_TERMS},
        "metric.elbo.val": -sum((means[term] for term in BOUND_TERMS), start=jnp.zeros(())),
        "metric.accuracy.val": means["accuracy"],
        "metric.k_eff": jnp.exp(usage_entropy),
        "metric.components.active": jnp.sum(means["usage"] > ACTIVE_SHARE / num_components).astype(
            jnp.float32
        ),
        "metric.information": usage_entropy - means["entropy"],
        "metric.responsibility.confidence": means["confidence"],
    }
    return Scores(scores, means["usage"], jnp.exp(structure.bind(params).mixture().log_weights))


def _portion_sums(
    structure: Structure,
    params: Params,
    statistics: Statistics,
    data: ValidationData,
    temperature: Float[Array, ""],
    index: Int[Array, ""],
) -> dict[str, Array]:
    """Sums over the real images of one portion."""
    model = structure.bind(params)
    mixture = model.mixture()
    images = data.images[index].astype(jnp.float32) / data.levels
    noise = jax.tree.map(lambda rows: rows[index], data.noise)
    parts = bound(model, mixture, infer(model, mixture, images, noise), temperature)
    sure = infer(model, mixture, images, no_noise(structure.noise_shape, images.shape[0])).draw
    log_responsibilities = sure.mean_log_responsibilities()
    responsibilities = jnp.exp(log_responsibilities)
    predicted = jnp.argmax(class_log_probs(model, statistics, sure), axis=1)
    values = {
        "loss.recon": parts.recon,
        "loss.kl.z": parts.kl_z,
        "loss.kl.c": parts.kl_c,
        "loss.kl.a": parts.kl_a,
        "accuracy": (predicted == data.labels[index]).astype(jnp.float32),
        "entropy": entropy(log_responsibilities),
        "confidence": jnp.max(responsibilities, axis=1),
    }
    is_real = data.is_real[index].astype(jnp.float32)
    return {name: jnp.sum(value * is_real) for name, value in values.items()} | {
        "usage": is_real @ responsibilities
    }
