"""The objective: the bound of all images, the bound of labeled ones, the classifier, and named penalties.

Each term is raw and their weighted sum is the loss: the mean over the images of a batch, plus means over its labeled
rows. The bound of the whole data set would weigh labeled rows by their share, and few labels need far more.

In: a model, a batch, settings. Out: raw terms, their sum, updated statistics. Not here: the bound itself (bound.py),
gradients, annealing.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Int, Key
from ssvae.augmentations.base import AbstractAugmentation
from ssvae.batch import Batch
from ssvae.classifiers.base import Statistics
from ssvae.model.bound import bound, labeled_bound
from ssvae.model.inference import Draw, Inference, NoiseShape, draw_noise, infer
from ssvae.model.penalties import disagreement, evenness, missing_bits, unevenness
from ssvae.model.ssvae import SSVAE, Mixture
from ssvae.model.terms import TERMS
from ssvae.probability import categorical
from ssvae.routing.responsibilities import label_responsibilities

__all__ = ["ObjectiveSettings", "Plan", "Terms", "class_log_probs", "loss_terms", "weighted_sum"]

_IMAGES, _CHANGE, _CHANGED_IMAGES = range(3)
"""Numbers of a step's keys: of the noise for its images, of changing them, of the noise for what is changed."""

Terms = dict[str, Float[Array, ""]]
"""Term key → raw value; every key of TERMS, 0 where the term does not exist for the model."""


class ObjectiveSettings(NamedTuple):
    """Numbers that reach the compiled program as arguments."""

    weights: dict[str, Float[Array, ""]]
    """Loss term → weight."""
    temperature: Float[Array, ""]
    """Of a relaxed choice of components."""
    free_bits: Float[Array, ""]
    """Nats of each dimension of z that cost nothing."""
    confidence: Float[Array, ""]
    """From which an image's likeliest class teaches its changed copy."""
    num_train: Float[Array, ""]
    """How many training images there are; spreads the prior over π among them."""


class Plan(NamedTuple):
    """What the objective does, of what is no part of the model: plain Python, fixed when compiled."""

    noise: NoiseShape
    augmentation: AbstractAugmentation | None
    """Makes changed copies of images; None to learn from images as they are."""
    has_labeled_bound: bool
    """Whether labeled images have a bound of their own."""
    rewards_diversity: bool


def loss_terms(
    model: SSVAE,
    plan: Plan,
    statistics: Statistics,
    batch: Batch,
    key: Key[Array, ""],
    settings: ObjectiveSettings,
) -> tuple[Terms, Statistics]:
    """Every term of TERMS for one batch, raw, and the statistics after it.

    Args:
        model: With its current parameters.
        plan: What there is to compute.
        statistics: What the classifier has counted so far.
        batch: The bound and the penalties see `images`; terms of labels see the labeled rows.
        key: For all draws.
        settings: Its weights count only inside loss.labeled, which is one bound in itself.
    """
    mixture = model.mixture()
    # One pass of the encoder over both streams: half the program to compile, and larger matrix products.
    images = jnp.concatenate([batch.images, batch.labeled_images])
    inferred = infer(
        model, mixture, images, draw_noise(plan.noise, images.shape[0], jax.random.fold_in(key, _IMAGES))
    )
    log_probs = class_log_probs(model, statistics, inferred.draw)
    log_probs_changed = _changed_log_probs(model, plan, statistics, mixture, images, key)
    unlabeled, labeled = slice(None, batch.images.shape[0]), slice(batch.images.shape[0], None)
    terms = dict.fromkeys(TERMS, jnp.zeros(()))
    terms |= _bound_terms(model, plan, mixture, inferred.rows(unlabeled), settings)
    terms["loss.dirichlet"] = -model.prior.log_weights_density() / settings.num_train
    if log_probs_changed is not None:
        terms["loss.consistency"] = disagreement(
            log_probs[unlabeled], log_probs_changed[unlabeled], settings.confidence
        )
        log_probs = log_probs_changed  # labels are learned from the copies
    if batch.labels.shape[0] == 0:
        return terms, statistics
    terms["loss.classifier"] = -jnp.mean(categorical.log_prob(log_probs[labeled], batch.labels))
    if plan.has_labeled_bound:
        terms["loss.labeled"] = _labeled_term(
            model, statistics, mixture, inferred.rows(labeled), batch.labels, settings
        )
    log_responsibilities = inferred.draw.mean_log_responsibilities()[labeled]
    return terms, model.classifier.updated_statistics(statistics, log_responsibilities, batch.labels)


def _changed_log_probs(
    model: SSVAE,
    plan: Plan,
    statistics: Statistics,
    mixture: Mixture,
    images: Float[Array, "batch height width channel"],
    key: Key[Array, ""],
) -> Float[Array, "batch class_"] | None:
    """log p(y|x′) of a changed copy x′ of each image; None without an augmentation."""
    if plan.augmentation is None:
        return None
    changed = plan.augmentation(images, jax.random.fold_in(key, _CHANGE))
    noise = draw_noise(plan.noise, images.shape[0], jax.random.fold_in(key, _CHANGED_IMAGES))
    inferred = infer(model, mixture, changed, noise)
    return class_log_probs(model, statistics, inferred.draw)


def _bound_terms(
    model: SSVAE, plan: Plan, mixture: Mixture, inferred: Inference, settings: ObjectiveSettings
) -> Terms:
    """The parts of the bound, averaged over images, and the penalties on what it is made of."""
    parts = bound(model, mixture, inferred, settings.temperature)
    diversity = unevenness if plan.rewards_diversity else evenness
    return {
        "loss.recon": jnp.mean(parts.recon),
        "loss.kl.z": jnp.mean(parts.kl_z),
        "loss.kl.c": jnp.mean(parts.kl_c),
        "loss.kl.a": jnp.mean(parts.kl_a),
        "loss.free_bits": missing_bits(parts.kl_dimensions, settings.free_bits),
        "loss.diversity": diversity(inferred.draw.mean_log_responsibilities()),
    }


def _labeled_term(
    model: SSVAE,
    statistics: Statistics,
    mixture: Mixture,
    inferred: Inference,
    labels: Int[Array, " labeled"],
    settings: ObjectiveSettings,
) -> Float[Array, ""]:
    """Mean of the bound on −log p(x, y), its parts weighed as in the bound on −log p(x)."""
    log_tau = model.classifier.log_tau(statistics)
    assert log_tau is not None
    log_tau_of_label = log_tau[:, labels].T
    log_assignment = label_responsibilities(inferred.draw.mean_log_responsibilities(), log_tau_of_label)
    parts = labeled_bound(model, mixture, inferred, log_assignment, model.classifier.component_of(labels))
    weights = settings.weights
    costs = (
        weights["loss.recon"] * parts.recon
        + weights["loss.kl.z"] * parts.kl_z
        + weights["loss.kl.c"] * parts.kl_c
        + weights["loss.kl.a"] * parts.kl_a
    )
    return jnp.mean(costs - categorical.expectation(log_assignment, log_tau_of_label))


def class_log_probs(model: SSVAE, statistics: Statistics, drawn: Draw) -> Float[Array, "batch class_"]:
    """log p(y|x) of images whose posterior was drawn from."""
    return model.classifier.log_probs(drawn.expected_code(), drawn.mean_log_responsibilities(), statistics)


def weighted_sum(terms: Terms, weights: Mapping[str, Float[Array, ""]]) -> Float[Array, ""]:
    """loss.total: Σ weight × term, in the order of TERMS."""
    return sum((weights[name] * terms[name] for name in TERMS), start=jnp.zeros(()))
