"""Scores of predicted class probabilities against true labels. Pure formulas.

In: p(y|x) and labels. Out: accuracy, confusion, proper scores, calibration error.
Not here: which split, which model.
"""

import numpy as np
from jaxtyping import Float, Int

__all__ = [
    "accuracy",
    "accuracy_per_class",
    "adaptive_calibration_error",
    "brier_score",
    "calibration_error",
    "confusion_matrix",
    "log_loss",
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


def calibration_error(
    confidences: Float[np.ndarray, " example"],
    is_correct: Int[np.ndarray, " example"],
    bins: int = CALIBRATION_BINS,
) -> float:
    """Expected calibration error: Σ over bins of (share of images) · |accuracy − mean confidence|.

    Bins have equal width and hold their right edge: ((b − 1)/bins, b/bins].

    Args:
        confidences: Probability of the predicted class, in [0, 1].
        is_correct: 1 where the prediction is right, else 0.
        bins: How many.

    Returns:
        From 0 (as often right as it claims) to 1. Constant chance-level confidence on balanced classes scores
        0 too, so read it beside a proper score.

    Source: Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599, equation 3.
    """
    # A confidence of exactly 0 would fall left of the first bin.
    index = np.clip(np.ceil(confidences.astype(np.float64) * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(index, weights=is_correct - confidences.astype(np.float64), minlength=bins)
    return float(np.abs(gaps).sum() / len(confidences))


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


def _true_class(
    probs: Float[np.ndarray, "example class_"], labels: Int[np.ndarray, " example"]
) -> Float[np.ndarray, " example"]:
    return probs[np.arange(len(labels)), labels].astype(np.float64)
