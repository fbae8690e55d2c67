"""Detectors of a training that did not do what was asked: labels, accuracy, the best epoch, clipped gradients.

In: the data set, the history, what the components reported. Out: sightings. Not here: the formulas (metrics/).
"""

import numpy as np

from ssvae.data.dataset import Dataset
from ssvae.data.labeling import classes_without_labels
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.detectors.detector import CannotTell, Detector, Results, Sighting
from ssvae.model.absences import needs_classifier

__all__ = [
    "BELOW_BASELINE",
    "BEST_EPOCH_FIRST",
    "GRADIENT_CLIPPED",
    "MISSING_LABELS",
    "missing_labels",
]

MOSTLY_CLIPPED = 0.5
"""Above this share of steps the clip, not the gradient, sets their length."""


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
    for result in (baselines, ours):
        if result.reason is not None:
            return CannotTell(
                f"{result.reason}. To enable: {result.remedy}" if result.remedy else result.reason
            )
    name, best = max(baselines.data["accuracy_test"].items(), key=lambda item: item[1])
    accuracy, error = ours.data["accuracy_test"], ours.data["accuracy_test_error"]
    if accuracy >= best:
        return None
    return Sighting(
        f"{accuracy:.1%} of the test images are recognized, and {best:.1%} by {name} from the same labels "
        f"(standard error of ours {error:.1%}).",
        "model=m2_aug, a larger model.label_weight, or a longer training",
    )


def _best_epoch_first(context: EvaluationContext, results: Results) -> Sighting | None:
    epochs = len(context.history)
    if context.best_epoch > 1 or epochs < 2:
        return None
    return Sighting(
        f"Of {epochs} epochs the first was the best by {context.training.monitor}.",
        "a smaller training.learning_rate, or another training.monitor",
    )


def _gradient_clipped(context: EvaluationContext, results: Results) -> Sighting | None:
    share = float(np.nanmean(context.curve("gradient.clipped")))
    if share <= MOSTLY_CLIPPED:
        return None
    clip = context.training.gradient_clip
    return Sighting(
        f"In {share:.0%} of the steps the gradient was longer than training.gradient_clip={clip:g}.",
        f"training.gradient_clip={4 * (clip or 1):g} or a smaller training.learning_rate",
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

BEST_EPOCH_FIRST = Detector(
    title="Best epoch first",
    meaning="Training made the monitored quantity worse from the start, and the weights kept have learned little.",
    look=_best_epoch_first,
)

GRADIENT_CLIPPED = Detector(
    title="Clipped gradients",
    meaning="Steps have the length of the clip whatever the gradient says, so a smaller learning rate changes little.",
    look=_gradient_clipped,
)
