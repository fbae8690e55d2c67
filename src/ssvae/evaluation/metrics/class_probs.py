"""Scores of predicted class probabilities against true labels. Pure formulas.

In: p(y|x) and labels. Out: accuracy, confusion, proper scores, calibration error, the risk at every coverage.
Not here: which split, which model.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

__all__ = [
    "CalibrationBins",
    "RiskCoverage",
    "accuracy",
    "accuracy_at",
    "accuracy_per_class",
    "adaptive_calibration_error",
    "area_under_risk_coverage",
    "brier_score",
    "calibration_bins",
    "calibration_error",
    "confusion_matrix",
    "log_loss",
    "risk_coverage",
    "standard_error",
]

CALIBRATION_BINS = 15
"""Bins of the calibration errors; the number most papers report, so that values can be compared."""


def accuracy(probs: Float[np.ndarray, "example class_"], labels: Int[np.ndarray, " example"]) -> float | None:
    """Share of images whose most probable class is the true one, in [0, 1]; None without images."""
    return float(np.mean(probs.argmax(axis=1) == labels)) if len(labels) else None


def standard_error(share: float, count: int) -> float:
    """Standard error of a share measured on `count` independent images, sqrt(p (1 − p) / n)."""
    return float(np.sqrt(share * (1 - share) / count))


def confusion_matrix(
    probs: Float[np.ndarray, "example class_"], labels: Int[np.ndarray, " example"]
) -> Int[np.ndarray, "class_ class_"]:
    """Counts of images by true class (row) and most probable class (column)."""
    num_classes = probs.shape[1]
    cells = labels * num_classes + probs.argmax(axis=1)
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


def accuracy_per_class(confusion: Int[np.ndarray, "class_ class_"]) -> list[float | None]:
    """Share of each true class that is recognized (its recall); None for a class without images."""
    totals = confusion.sum(axis=1)
    return [float(confusion[y, y] / total) if total else None for y, total in enumerate(totals)]


def log_loss(probs: Float[np.ndarray, "example class_"], labels: Int[np.ndarray, " example"]) -> float:
    """Mean of −log p(true class | x), in nats, at least 0; infinite if a true class was called impossible."""
    with np.errstate(divide="ignore"):
        return float(-np.log(_true_class(probs, labels)).mean())


def brier_score(probs: Float[np.ndarray, "example class_"], labels: Int[np.ndarray, " example"]) -> float:
    """Mean of Σ_y (p(y|x) − 1{y is true})², from 0 (certain and right) to 2 (certain and wrong).

    Source: Brier 1950, Verification of forecasts expressed in terms of probability, equation 2.
    """
    # Σ (p − e)² = Σ p² − 2 p_true + 1 avoids the array of one-hot rows.
    squares = np.square(probs, dtype=np.float64).sum(axis=1)
    return float(np.mean(squares - 2 * _true_class(probs, labels) + 1))


class CalibrationBins(NamedTuple):
    """Predictions gathered by their confidence, in bins of equal width from 0 to 1."""

    counts: Int[np.ndarray, " bin"]
    """Predictions in the bin."""
    accuracy: Float[np.ndarray, " bin"]
    """Share of them that are right; NaN in an empty bin."""
    confidence: Float[np.ndarray, " bin"]
    """Their mean confidence; NaN in an empty bin."""


def calibration_bins(
    confidences: Float[np.ndarray, " example"],
    is_correct: Int[np.ndarray, " example"],
    bins: int = CALIBRATION_BINS,
) -> CalibrationBins:
    """How often predictions of each degree of confidence are right: the points of a reliability diagram.

    Bins have equal width and hold their right edge: ((b − 1)/bins, b/bins].

    Args:
        confidences: Probability of the predicted class, in [0, 1].
        is_correct: 1 where the prediction is right, else 0.
        bins: How many.

    Source: Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599, section 2.
    """
    values = confidences.astype(np.float64)
    # A confidence of exactly 0 would fall left of the first bin.
    index = np.clip(np.ceil(values * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    # An empty bin has no mean: NaN stands for its count below the fraction.
    sizes = np.where(counts > 0, counts, np.nan)
    right, claimed = (np.bincount(index, weights=part, minlength=bins) for part in (is_correct, values))
    return CalibrationBins(counts, right / sizes, claimed / sizes)


def calibration_error(
    confidences: Float[np.ndarray, " example"],
    is_correct: Int[np.ndarray, " example"],
    bins: int = CALIBRATION_BINS,
) -> float:
    """Expected calibration error: Σ over `calibration_bins` of (share of images) · |accuracy − mean confidence|.

    Args:
        confidences: Probability of the predicted class, in [0, 1].
        is_correct: 1 where the prediction is right, else 0.
        bins: How many.

    Returns:
        From 0 (as often right as it claims) to 1. Constant chance-level confidence on balanced classes scores
        0 too, so read it beside a proper score.

    Source: Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599, equation 3.
    """
    found = calibration_bins(confidences, is_correct, bins)
    gaps = np.where(found.counts > 0, abs(found.accuracy - found.confidence), 0.0)
    return float((found.counts * gaps).sum() / len(confidences))


def adaptive_calibration_error(
    confidences: Float[np.ndarray, " example"],
    is_correct: Int[np.ndarray, " example"],
    bins: int = CALIBRATION_BINS,
) -> float:
    """The calibration error over bins that hold equally many images each, in the order of confidence.

    Confidences crowd near 1, where bins of equal width put nearly all images into one and see no detail.
    Images of the same confidence share their accuracy, so that their order plays no part where a bin ends
    among them.

    Args:
        confidences: Probability of the predicted class, in [0, 1].
        is_correct: 1 where the prediction is right, else 0.
        bins: How many; their sizes differ by one image at most.

    Returns:
        From 0 (as often right as it claims) to 1.

    Source: Nixon et al. 2019, Measuring calibration in deep learning, arXiv:1904.01685, for the predicted class.
    """
    values, place, counts = np.unique(confidences.astype(np.float64), return_inverse=True, return_counts=True)
    gaps = np.bincount(place, weights=is_correct) / counts - values
    portions = np.array_split(np.repeat(gaps, counts), bins)
    return float(sum(abs(portion.sum()) for portion in portions) / len(confidences))


class RiskCoverage(NamedTuple):
    """How often a model is wrong where it answers, by how often it answers."""

    coverage: Float[np.ndarray, " example"]
    """Share of images answered, the most confident first: 1/n, 2/n, …, 1."""
    risk: Float[np.ndarray, " example"]
    """Share of those that are answered wrongly; at coverage 1 one minus the accuracy."""


def risk_coverage(
    confidences: Float[np.ndarray, " example"], is_correct: Int[np.ndarray, " example"]
) -> RiskCoverage:
    """The risk–coverage curve: images answered in the order of falling confidence.

    Images of the same confidence share their mean error, so that their order plays no part: the curve is the mean
    over all orders of theirs.

    Args:
        confidences: Any score that is higher where the model is surer.
        is_correct: 1 where the prediction is right, else 0.

    Source: Geifman & El-Yaniv 2017, Selective classification for deep neural networks, arXiv:1705.08500,
    section 2; El-Yaniv & Wiener 2010, On the foundations of noise-free selective classification.
    """
    _, place, counts = np.unique(-confidences.astype(np.float64), return_inverse=True, return_counts=True)
    errors = np.bincount(place, weights=1 - is_correct) / counts
    answered = np.arange(1, len(confidences) + 1)
    return RiskCoverage(answered / max(len(confidences), 1), np.cumsum(np.repeat(errors, counts)) / answered)


def area_under_risk_coverage(
    confidences: Float[np.ndarray, " example"], is_correct: Int[np.ndarray, " example"]
) -> float:
    """AURC: the mean risk over all coverages 1/n, 2/n, …, 1.

    Returns:
        From 0 (never wrong) to 1 (always wrong); lower is better. Confidence that tells nothing scores one minus
        the accuracy, confidence that sorts the errors to the end scores least.

    Source: Geifman, Uziel & El-Yaniv 2019, Bias-reduced uncertainty estimation for deep neural classifiers,
    arXiv:1805.08206.
    """
    return float(risk_coverage(confidences, is_correct).risk.mean())


def accuracy_at(
    coverage: float, confidences: Float[np.ndarray, " example"], is_correct: Int[np.ndarray, " example"]
) -> float:
    """Share of right answers among the most confident images, `coverage` of all of them, rounded up to an image.

    Args:
        coverage: In (0, 1].
        confidences: See `risk_coverage`.
        is_correct: See `risk_coverage`.
    """
    # 0.95 · 20 must be 19 images although floats make it a hair more.
    answered = int(np.ceil(round(coverage * len(confidences), 9)))
    return float(1 - risk_coverage(confidences, is_correct).risk[answered - 1])


def _true_class(
    probs: Float[np.ndarray, "example class_"], labels: Int[np.ndarray, " example"]
) -> Float[np.ndarray, " example"]:
    return probs[np.arange(len(labels)), labels].astype(np.float64)
