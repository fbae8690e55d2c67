"""Detectors of a training that did not do what was asked: labels, accuracy, the best epoch, clipped gradients.

In: the data set, the history, what the components reported. Out: sightings. Not here: the formulas (metrics/).
"""

import math

import numpy as np

from ssvae.data.dataset import Dataset
from ssvae.data.labeling import classes_without_labels
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.detectors.detector import CannotTell, Detector, Results, Sighting, unknown
from ssvae.evaluation.metrics.class_probs import standard_error
from ssvae.model.absences import needs_classifier

__all__ = [
    "AT_CHANCE",
    "BELOW_BASELINE",
    "BEST_EPOCH_FIRST",
    "GRADIENT_CLIPPED",
    "MISSING_LABELS",
    "OVERFITTING",
    "missing_labels",
]

MOSTLY_CLIPPED = 0.5
"""Above this share of steps, hardly any batch weighs more than another."""
SURE = 2.0
"""Standard errors that a difference must exceed."""
NATS_OF_DIFFERENCE, SHARE_OF_RATE = 1.0, 0.1
"""A bound that is higher on training images by a nat and a tenth of the rate has learned them by heart."""


def missing_labels(dataset: Dataset) -> Sighting | None:
    """A draw of labels that leaves a class out; it takes no training to be seen."""
    unseen = classes_without_labels(dataset.train.labels, dataset.labeled_indices, dataset.num_classes)
    missing = [label for label in unseen if label != dataset.left_out_class]
    if not missing:
        return None
    return Sighting(
        f"No labeled image shows class {', '.join(map(str, missing))}.",
        f"data.num_labeled={10 * dataset.num_classes} or another data.label_seed",
    )


def _missing_labels(context: EvaluationContext, results: Results) -> Sighting | None:
    return missing_labels(context.dataset)


def _below_baseline(context: EvaluationContext, results: Results) -> Sighting | CannotTell | None:
    baselines, ours = results["baselines"], results["classification"]
    if (missing := unknown(baselines, ours)) is not None:
        return missing
    # Chosen by validation images: the best of several on the test images would be flattered.
    name = max(baselines.data["accuracy_validation"], key=baselines.data["accuracy_validation"].get)
    theirs, accuracy = baselines.data["accuracy_test"][name], ours.data["accuracy_test"]
    errors = baselines.data["accuracy_test_error"][name], ours.data["accuracy_test_error"]
    if theirs - accuracy <= SURE * math.hypot(*errors):
        return None
    return Sighting(
        f"{accuracy:.1%} of the test images are recognized, and {theirs:.1%} by {name}, the best of the baselines on "
        f"validation images, from the same labels (standard error of the difference {math.hypot(*errors):.1%}).",
        "model=m2_aug, a larger model.label_weight, or a longer training",
    )


def _at_chance(context: EvaluationContext, results: Results) -> Sighting | CannotTell | None:
    ours = results["classification"]
    if (missing := unknown(ours)) is not None:
        return missing
    labels = context.dataset.test.labels
    if len(np.unique(labels)) == 1:
        return CannotTell("all test images are of one class")
    guess = float(np.bincount(labels).max() / len(labels))
    accuracy = ours.data["accuracy_test"]
    if accuracy > guess + SURE * standard_error(guess, len(labels)):
        return None
    return Sighting(
        f"{accuracy:.1%} of the test images are recognized; always guessing the most frequent class gives {guess:.1%}.",
        "a smaller training.learning_rate, a larger model.label_weight, or more labels (data.num_labeled)",
    )


def _overfitting(context: EvaluationContext, results: Results) -> Sighting | None:
    seen, unseen = context.predictions["train"], context.predictions["validation"]
    gap = float(seen.elbo.mean() - unseen.elbo.mean())
    rate = float((unseen.kl_z + unseen.kl_c + unseen.kl_a).mean())
    if gap <= NATS_OF_DIFFERENCE + SHARE_OF_RATE * abs(rate):
        return None
    return Sighting(
        f"The bound is {gap:.1f} nats higher on training images than on validation images.",
        "fewer training.epochs, smaller encoder.hidden_sizes and decoder.hidden_sizes, or more images",
    )


def _best_epoch_first(context: EvaluationContext, results: Results) -> Sighting | None:
    epochs = len(context.history)
    if context.best_epoch > 1 or epochs < 2:
        return None
    return Sighting(
        f"Of {epochs} epochs the first was the best by {context.training.monitor}.",
        "a smaller training.learning_rate, or another training.monitor",
    )


def _gradient_clipped(context: EvaluationContext, results: Results) -> Sighting | CannotTell | None:
    shares = context.curve("gradient.clipped")
    if not np.isfinite(shares).any():
        return CannotTell("metrics.csv has no gradient.clipped; the run is of an older version")
    share = float(np.nanmean(shares))
    if share <= MOSTLY_CLIPPED:
        return None
    clip = context.training.gradient_clip
    return Sighting(
        f"In {share:.0%} of the steps the gradient was longer than training.gradient_clip={clip:g}.",
        f"training.gradient_clip={4 * (clip or 1):g}",
    )


MISSING_LABELS = Detector(
    title="Missing labels",
    meaning="The model cannot learn the name of a class that no labeled image shows.",
    look=_missing_labels,
    absence=needs_classifier,
)

BELOW_BASELINE = Detector(
    title="Below a baseline",
    meaning="A classical method does better in seconds: the model has not earned its keep as a classifier.",
    look=_below_baseline,
    absence=needs_classifier,
)

AT_CHANCE = Detector(
    title="Accuracy at chance",
    meaning="The classifier has learned nothing that shows on new images.",
    look=_at_chance,
    absence=needs_classifier,
)

OVERFITTING = Detector(
    title="Overfitting",
    meaning="The model explains the images it was trained on better than others of their kind.",
    look=_overfitting,
)

BEST_EPOCH_FIRST = Detector(
    title="Best epoch first",
    meaning="Training made the monitored quantity worse from the start, and the weights kept have learned little.",
    look=_best_epoch_first,
)

GRADIENT_CLIPPED = Detector(
    title="Clipped gradients",
    meaning="Nearly every batch weighs the same, however wrong the model is about it; the length of a step is Adam's.",
    look=_gradient_clipped,
)
