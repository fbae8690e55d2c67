"""Whether the model is as often right as it says, and how few errors are left when it answers only where it is sure.

In: class probabilities and true labels of test images. Out: a reliability diagram and a risk-coverage curve.
Not here: the formulas (metrics/class_probs.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.class_probs import (
    CALIBRATION_BINS,
    CalibrationBins,
    area_under_risk_coverage,
    calibration_bins,
    calibration_error,
    risk_coverage,
)
from ssvae.evaluation.plots.style import BLUE, GRAY, HEADER, INK, ORANGE, SMALL, add_axes, new_figure
from ssvae.model.absences import needs_classifier
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["RELIABILITY_DIAGRAM", "provide"]

_LEFT, _WIDTH, _STEP = 0.65, 3.15, 4.1
_TOP = HEADER + 0.3
_HEIGHT, _COUNTS = 2.3, 0.75
"""Inches of the diagram and of the counts below it; between them lie `_BETWEEN`."""
_BETWEEN = 0.15


def provide(context: EvaluationContext) -> ComponentResult:
    """Test images, the predicted class alone."""
    probs, labels = context.predictions["test"].class_probs, context.dataset.test.labels
    if probs is None:
        raise ValueError(f"classifier={context.config.classifier.variant} gave no class probabilities.")
    confidences, is_correct = probs.max(axis=1), (probs.argmax(axis=1) == labels).astype(int)
    error = calibration_error(confidences, is_correct)
    area = area_under_risk_coverage(confidences, is_correct)
    figure = new_figure(
        _TOP + _HEIGHT + _BETWEEN + _COUNTS + 0.6,
        "Confidence of predicted classes, test images",
        f"ECE = {error:.3f} over {CALIBRATION_BINS} bins, AURC = {area:.4f}; "
        f"{len(labels):,} images, {is_correct.mean():.1%} recognized",
    )
    _draw_reliability(figure, calibration_bins(confidences, is_correct))
    _draw_risk(figure, confidences, is_correct)
    return ComponentResult.success(
        {"ece_test": error, "aurc_test": area, "mean_confidence": float(confidences.mean(dtype=np.float64))},
        {"reliability_diagram": figure},
    )


def _draw_reliability(figure: "Figure", found: CalibrationBins) -> None:
    """Bars of accuracy, dots at the mean confidence: a dot below the diagonal claims too much.

    A dot and its line may reach over the edge of the picture, or half of those at 0 and 1 would be missing.
    """
    edges = np.linspace(0, 1, len(found.counts) + 1)
    axes = add_axes(figure, _LEFT, _TOP, _WIDTH, _HEIGHT)
    axes.stairs(np.nan_to_num(found.accuracy), edges, fill=True, color=BLUE, alpha=0.3)
    axes.plot([0, 1], [0, 1], color=GRAY, linestyle="--", linewidth=1.2)
    axes.plot(found.confidence, found.accuracy, "o", color=BLUE, markersize=4.5, clip_on=False, zorder=3)
    used = found.counts > 0
    low, high = _one_standard_error(found.accuracy[used], found.counts[used])
    axes.vlines(found.confidence[used], low, high, color=BLUE, linewidth=1.3, clip_on=False, zorder=3)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="accuracy")
    axes.tick_params(labelbottom=False)
    _name(axes, "dashed: as often right as it says; lines: one standard error", _HEIGHT)
    _draw_counts(figure, found.counts, edges)


def _one_standard_error(
    share: Float[np.ndarray, " bin"], counts: Int[np.ndarray, " bin"]
) -> tuple[Float[np.ndarray, " bin"], Float[np.ndarray, " bin"]]:
    """Where the true share lies if it is at most one standard error from the one found among so many images.

    The error is that of the true share: √(p(1−p)/n) at the share found would be 0 for a single image.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference, with z = 1.
    """
    middle = (share + 1 / (2 * counts)) / (1 + 1 / counts)
    half = np.sqrt(share * (1 - share) / counts + 1 / (4 * counts**2)) / (1 + 1 / counts)
    return middle - half, middle + half


def _draw_counts(figure: "Figure", sizes: Int[np.ndarray, " bin"], edges: Float[np.ndarray, " edge"]) -> None:
    """Images per bin, on a logarithmic axis: the bins that say little are those of a few images."""
    from matplotlib.ticker import NullLocator, ScalarFormatter

    counts = add_axes(figure, _LEFT, _TOP + _HEIGHT + _BETWEEN, _WIDTH, _COUNTS)
    counts.stairs(sizes, edges, baseline=_FLOOR, fill=True, color=GRAY, alpha=0.7)
    counts.set_yscale("log")
    most = int(sizes.max())
    counts.set(xlim=(0, 1), ylim=(_FLOOR, 1.3 * most), xlabel="confidence, max p(y|x)", ylabel="images (log)")
    counts.set_yticks(sorted({1, most}))
    counts.yaxis.set_major_formatter(ScalarFormatter())
    counts.yaxis.set_minor_locator(NullLocator())


_FLOOR = 0.5
"""Foot of the counts: one image has a bar, none has not."""


def _draw_risk(
    figure: "Figure", confidences: Float[np.ndarray, " example"], is_correct: Int[np.ndarray, " example"]
) -> None:
    """Errors among the most confident images, against what a random choice of them would give."""
    height = _HEIGHT + _BETWEEN + _COUNTS
    axes = add_axes(figure, _LEFT + _STEP, _TOP, _WIDTH, height)
    curve = risk_coverage(confidences, is_correct)
    shown = np.unique(np.linspace(0, len(curve.risk) - 1, _POINTS).astype(int))  # enough of any number
    axes.plot(curve.coverage[shown], curve.risk[shown], color=ORANGE, linewidth=1.6)
    axes.axhline(curve.risk[-1], color=GRAY, linestyle="--", linewidth=1.2)
    largest = max(float(curve.risk[shown].max()), _LEAST_RISK)
    axes.set(xlim=(0, 1), ylim=(0, 1.05 * largest))
    axes.set(xlabel="share answered, the most confident first", ylabel="share of wrong answers")
    _name(axes, "risk and coverage; dashed: confidence that tells nothing", height)


_POINTS = 1000
_LEAST_RISK = 0.01
"""Height of the axis of a model without errors."""


def _name(axes: "Axes", text: str, height: float) -> None:
    axes.text(0, 1 + 0.08 / height, text, size=SMALL, color=INK, transform=axes.transAxes)


RELIABILITY_DIAGRAM = Component(
    title="Confidence and errors",
    provide=provide,
    absence=needs_classifier,
    meanings={
        "ece_test": "gap between confidence and accuracy over 15 bins, test images, from 0 to 1; lower is better",
        "aurc_test": "mean share of wrong answers over all shares of images answered, the most confident first, from "
        "0 to 1; lower is better",
        "mean_confidence": "mean of the largest p(y|x) over test images; above the accuracy the model claims too much",
    },
    references={
        "ece_test": "Guo et al. 2017, arXiv:1706.04599, equation 3",
        "aurc_test": "Geifman, Uziel & El-Yaniv 2019, arXiv:1805.08206, equation 3",
    },
)
