"""Whether the model notices images of a kind it was not trained on: strange ones beside the test images, by each score.

In: test images, what the model says of them and of changed copies; the class that was left out, if one was.
Out: areas under the ROC curve. Not here: making strange images (shifts.py), the formula (detection_scores.py).
"""

import dataclasses
import hashlib
from collections.abc import Iterator, MutableMapping
from weakref import WeakKeyDictionary

import numpy as np
from jaxtyping import Float, UInt8

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import AbstractQueries, EvaluationContext, Predictions
from ssvae.evaluation.metrics.detection_scores import auroc, auroc_standard_error
from ssvae.evaluation.metrics.evenly import evenly
from ssvae.evaluation.metrics.responsibilities import entropy
from ssvae.evaluation.metrics.shifts import SHIFTS
from ssvae.evaluation.metrics.tau_classifier import certainty
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.status import ComponentResult

__all__ = [
    "LEFT_OUT",
    "OOD",
    "not_asked",
    "ood_predictions",
    "provide",
    "scores_of",
    "strange_images",
    "with_left_out_class",
]

LEFT_OUT = "left_out_class"
"""The strange images that no change makes: test images of `data.left_out_class`. Evaluated whenever there are some."""

MOST_IMAGES = 1000
"""Of a set, whose log p(x) is estimated; each costs as many decodings as there are samples."""

MOST_SAMPLES = 100
"""Per image; more hardly change the order of the images, which is all that counts here."""


def not_asked(settings: EvaluationConfig) -> tuple[str, str] | None:
    """Strange images are asked for by name."""
    if settings.shifts not in ((), ("none",)):
        return None
    return "evaluation.shifts is none", "evaluation.shifts=all"


def with_left_out_class(settings: EvaluationConfig, left_out_class: int | None) -> EvaluationConfig:
    """The settings an evaluation goes by: a class left out is asked about whatever `evaluation.shifts` says."""
    if left_out_class is None or not_asked(settings) is None:
        return settings
    return dataclasses.replace(settings, shifts=(LEFT_OUT,))


def provide(context: EvaluationContext) -> ComponentResult:
    """Compare each set of strange images with the test images, score by score."""
    known = _all_scores(context, context.dataset.test.images, context.predictions["test"])
    sets, predictions = strange_images(context), ood_predictions(context)
    areas: dict[str, dict[str, float]] = {}
    errors: dict[str, dict[str, float]] = {}
    for name, images in sets.items():
        strange = _all_scores(context, images, predictions[name])
        areas[name] = {score: auroc(known[score], strange[score]) for score in known}
        errors[name] = {
            score: auroc_standard_error(area, len(known[score]), len(strange[score]))
            for score, area in areas[name].items()
        }
    return ComponentResult.success(
        {
            "auroc": areas,
            "auroc_error": errors,
            "images": {name: len(images) for name, images in sets.items()},
            "num_test": len(context.dataset.test),
            "metrics": dict(_flat(areas)),
        }
    )


def strange_images(
    context: EvaluationContext,
) -> dict[str, UInt8[np.ndarray, "example height width channel"]]:
    """Name of a set → its images, bytes as the test images are. Empty when none was asked for and no class left out."""
    test, levels = context.dataset.test.images, context.dataset.levels
    asked = SHIFTS if "all" in context.settings.shifts else context.settings.shifts
    sets = {name: change(test, levels) for name, change in SHIFTS.items() if name in asked}
    left_out = context.dataset.left_out
    return sets if left_out is None else sets | {LEFT_OUT: left_out.images}


def ood_predictions(context: EvaluationContext) -> dict[str, Predictions]:
    """What the model says of each set of `strange_images`; each is predicted once, whoever asks."""
    answers = _ANSWERS.setdefault(context.queries, {})
    return {name: _predicted(context, images, answers) for name, images in strange_images(context).items()}


def scores_of(
    context: EvaluationContext, predictions: Predictions
) -> dict[str, Float[np.ndarray, " example"]]:
    """Name of a score → its value for each image; higher means more familiar. Those that the model has."""
    scores: dict[str, np.ndarray] = {}
    if predictions.class_probs is not None:
        scores["max_class_prob"] = predictions.class_probs.max(axis=1).astype(np.float64)
    if context.tau is not None:
        scores["certainty"] = certainty(predictions.responsibilities, context.tau)
    if predictions.responsibilities.shape[1] > 1:
        scores["component_sureness"] = -entropy(predictions.responsibilities)
    return scores | {"elbo": predictions.elbo}


def _all_scores(
    context: EvaluationContext,
    images: UInt8[np.ndarray, "example height width channel"],
    predictions: Predictions,
) -> dict[str, Float[np.ndarray, " example"]]:
    """`scores_of`, and log p(x) of a part of the images where it is asked for."""
    scores, samples = scores_of(context, predictions), min(MOST_SAMPLES, context.settings.importance_samples)
    if samples == 0:
        return scores
    shown = images[evenly(len(images), MOST_IMAGES)]
    return scores | {"log_marginal": context.queries.log_marginal(shown, samples).log_prob.astype(np.float64)}


def _flat(areas: dict[str, dict[str, float]]) -> Iterator[tuple[str, float]]:
    for name, scores in areas.items():
        for score, area in scores.items():
            yield f"metric.ood.auroc.{name}.{score}", area


_ANSWERS: MutableMapping[AbstractQueries, dict[str, Predictions]] = WeakKeyDictionary()
"""Model → digest of images → what it said of them, as long as somebody holds the model."""


def _predicted(
    context: EvaluationContext,
    images: UInt8[np.ndarray, "example height width channel"],
    answers: dict[str, Predictions],
) -> Predictions:
    digest = hashlib.sha256(repr(images.shape).encode() + np.ascontiguousarray(images).tobytes()).hexdigest()
    if digest not in answers:
        answers[digest] = context.queries.predict(images)
    return answers[digest]


OOD = Component(
    title="Strange images",
    provide=provide,
    not_asked=not_asked,
    meanings={
        "auroc": "by set and score: chance that a test image scores as more familiar than a strange one, from 0 to 1; "
        "higher is better, 0.5 tells nothing, below 0.5 strange images look more familiar. Sets: inverted (black for "
        "white), permuted (pixels in one random order), noise, blurred (3×3 means), rotated (a quarter turn), "
        "left_out_class (the class training never saw). Scores: max_class_prob (largest p(y|x)), certainty "
        "(max q(c|x)·max τ), component_sureness (minus the entropy of q(c|x)), elbo, log_marginal (log p(x) by "
        f"importance sampling, at most {MOST_SAMPLES} samples of at most {MOST_IMAGES} images per set)",
        "auroc_error": "by set and score: standard error of auroc, the two sets taken as independent (for changed "
        "copies of the test images the true one is mostly smaller); 0 where auroc is 0 or 1, which tells nothing",
        "images": "by set: how many strange images",
        "num_test": "test images they are compared with",
    },
    references={
        "auroc": "Hanley & McNeil 1982 (area); Hendrycks & Gimpel 2017, arXiv:1610.02136 (max_class_prob); "
        "Nalisnick et al. 2019, arXiv:1810.09136 (why the likelihood alone misleads)",
        "auroc_error": "Hanley & McNeil 1982, equations 1 and 2",
    },
)
