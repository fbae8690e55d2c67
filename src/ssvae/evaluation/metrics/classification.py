"""How well labels are predicted, on images whose label training saw and on images whose label it did not.

In: class probabilities. Out: accuracies, confusion, proper scores, calibration, what leaving doubtful images out gains.
Not here: the formulas (class_probs.py).
"""

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.class_probs import (
    accuracy,
    accuracy_at,
    accuracy_per_class,
    adaptive_calibration_error,
    area_under_risk_coverage,
    brier_score,
    calibration_error,
    confusion_matrix,
    log_loss,
    standard_error,
)
from ssvae.model.absences import needs_classifier
from ssvae.status import ComponentResult

__all__ = ["CLASSIFICATION", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """Scores on the test images, accuracies on every split."""
    accuracies = _accuracies(context)
    probs, labels = _probs(context, "test"), context.dataset.test.labels
    confusion = confusion_matrix(probs, labels)
    error = standard_error(float(np.mean(probs.argmax(axis=1) == labels)), len(labels))
    nll, brier = log_loss(probs, labels), brier_score(probs, labels)
    confidences, is_correct = probs.max(axis=1), (probs.argmax(axis=1) == labels).astype(int)
    calibration, aurc = (
        score(confidences, is_correct) for score in (calibration_error, area_under_risk_coverage)
    )
    seen = context.dataset.train.labels[context.dataset.labeled_indices]
    return ComponentResult.success(
        {
            **accuracies,
            "accuracy_test_error": error,
            "nll_test": nll,
            "brier_test": brier,
            "ece_test": calibration,
            "ece_adaptive_test": adaptive_calibration_error(confidences, is_correct),
            "aurc_test": aurc,
            **{name: accuracy_at(coverage, confidences, is_correct) for name, coverage in _COVERAGES.items()},
            "num_labeled": len(seen),
            "labels_per_class": np.bincount(seen, minlength=context.dataset.num_classes).tolist(),
            "accuracy_per_class": accuracy_per_class(confusion),
            "confusion": confusion.tolist(),
            "metrics": {
                **{_KEYS[name]: value for name, value in accuracies.items() if value is not None},
                "metric.classifier.nll.test": nll,
                "metric.classifier.brier.test": brier,
                "metric.classifier.ece.test": calibration,
                "metric.classifier.aurc.test": aurc,
            },
        }
    )


_KEYS = {
    "accuracy_train": "metric.accuracy.train",
    "accuracy_train_labeled": "metric.accuracy.train.labeled",
    "accuracy_train_unlabeled": "metric.accuracy.train.unlabeled",
    "accuracy_validation": "metric.accuracy.val",
    "accuracy_test": "metric.accuracy.test",
}

_COVERAGES = {
    "accuracy_at_coverage_80": 0.8,
    "accuracy_at_coverage_90": 0.9,
    "accuracy_at_coverage_95": 0.95,
}
"""Name in `data` → share of the test images that is answered."""


def _accuracies(context: EvaluationContext) -> dict[str, float | None]:
    """The training split in two: recognizing a label that was shown proves little."""
    probs, labels = _probs(context, "train"), context.dataset.train.labels
    was_shown = np.zeros(len(labels), dtype=bool)
    was_shown[context.dataset.labeled_indices] = True
    return {
        "accuracy_train": accuracy(probs, labels),
        "accuracy_train_labeled": accuracy(probs[was_shown], labels[was_shown]),
        "accuracy_train_unlabeled": accuracy(probs[~was_shown], labels[~was_shown]),
        "accuracy_validation": accuracy(_probs(context, "validation"), context.dataset.validation.labels),
        "accuracy_test": accuracy(_probs(context, "test"), context.dataset.test.labels),
    }


def _probs(context: EvaluationContext, split: str) -> np.ndarray:
    probs = context.predictions[split].class_probs
    if probs is None:
        raise ValueError(
            f"classifier={context.config.classifier.variant} gave no class probabilities for {split} images."
        )
    return probs


CLASSIFICATION = Component(
    title="Classification",
    provide=provide,
    absence=needs_classifier,
    meanings={
        "accuracy_train": "share of all training images recognized, from 0 to 1; higher is better",
        "accuracy_train_labeled": "the same on images whose label was shown; higher is better, proves little",
        "accuracy_train_unlabeled": "the same on images whose label was not shown; higher is better",
        "accuracy_validation": "share of validation images recognized, from 0 to 1; higher is better",
        "accuracy_test": "share of test images recognized, from 0 to 1; higher is better",
        "accuracy_test_error": "standard error of accuracy_test over the test images; a label draw moves it by more",
        "nll_test": "mean −log p(true class), in nats; lower is better",
        "brier_test": "squared error of the class probabilities, from 0 to 2; lower is better",
        "ece_test": "gap between confidence and accuracy over 15 bins, from 0 to 1; lower is better",
        "ece_adaptive_test": "the same over 15 bins of equally many images, from 0 to 1; lower is better",
        "aurc_test": "share of wrong answers, mean over all coverages (the surest images answered first), from 0 to 1; "
        "lower is better, 1 − accuracy_test when confidence tells nothing",
        "accuracy_at_coverage_80": "share right among the surest 80% of the test images, from 0 to 1; higher is better",
        "accuracy_at_coverage_90": "the same among the surest 90%; higher is better",
        "accuracy_at_coverage_95": "the same among the surest 95%; higher is better",
        "num_labeled": "training images whose label the model saw",
        "labels_per_class": "how many of them each class has; the classes in order",
        "accuracy_per_class": "share of each class recognized among test images; null without images; "
        "higher is better",
        "confusion": "test images counted by true class (rows) and predicted class (columns)",
    },
    references={
        "brier_test": "Brier 1950, Verification of forecasts expressed in terms of probability, equation 2",
        "ece_test": "Guo et al. 2017, arXiv:1706.04599, equation 3",
        "ece_adaptive_test": "Nixon et al. 2019, arXiv:1904.01685",
        "aurc_test": "Geifman, Uziel & El-Yaniv 2019, arXiv:1805.08206",
        "accuracy_at_coverage_80": "Geifman & El-Yaniv 2017, arXiv:1705.08500, section 2",
    },
)
