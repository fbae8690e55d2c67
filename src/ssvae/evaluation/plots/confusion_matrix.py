"""Which classes are taken for which, on test images.

In: class probabilities and true labels. Out: one matrix of counts with the recall of each class beside it.
Not here: scores (metrics/classification.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.class_probs import accuracy_per_class
from ssvae.evaluation.metrics.class_probs import confusion_matrix as count_confusions
from ssvae.evaluation.plots.style import (
    BLUE,
    HEADER,
    INK,
    SEQUENTIAL,
    SMALL,
    add_axes,
    add_color_bar,
    new_figure,
)
from ssvae.model.absences import needs_classifier
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CONFUSION_MATRIX", "provide"]

_SIDE, _LARGEST_CELL = 5.0, 0.6
"""Inches of the matrix, and of a cell when the classes are few."""
_LEFT, _RECALL = 0.65, 1.0
_DIGIT = 0.07
"""Inches that a digit takes: where the longest count does not fit its cell, colors alone speak."""
_NAME = 0.16
"""Inches that a class needs to be named."""


def provide(context: EvaluationContext) -> ComponentResult:
    """True classes down, predicted ones across; shading is the share of the true class."""
    probs, labels = context.predictions["test"].class_probs, context.dataset.test.labels
    if probs is None:
        raise ValueError(f"classifier={context.config.classifier.variant} gave no class probabilities.")
    counts = count_confusions(probs, labels)
    right, total = int(np.trace(counts)), int(counts.sum())
    side = min(_SIDE, _LARGEST_CELL * len(counts))
    figure = new_figure(
        HEADER + side + 0.75,
        "Confusion of classes, test images",
        f"{right:,} of {total:,} recognized ({right / total:.1%}); shading: share of the true class; right: recall",
    )
    top = HEADER + 0.2
    axes = add_axes(figure, _LEFT, top, side, side)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap=SEQUENTIAL, vmin=0.0, vmax=1.0, aspect="auto", interpolation="nearest")
    axes.grid(visible=False)
    axes.set(xlabel="predicted class", ylabel="true class")
    step = -(-len(counts) // int(_SIDE / _NAME))
    axes.set_xticks(range(0, len(counts), step))
    axes.set_yticks(range(0, len(counts), step))
    if len(str(counts.max())) * _DIGIT < side / len(counts):
        _write_counts(axes, counts, shares)
    _draw_recall(
        add_axes(figure, _LEFT + side + 0.15, top, _RECALL, side),
        accuracy_per_class(counts),
        side / len(counts),
    )
    add_color_bar(figure, _LEFT + side + _RECALL + 0.4, top, min(side, 2.5), "share")
    return ComponentResult.success(_data(counts), {"confusion_matrix": figure})


def _write_counts(
    axes: "Axes", counts: Int[np.ndarray, "class_ class_"], shares: Float[np.ndarray, "class_ class_"]
) -> None:
    for (row, column), count in np.ndenumerate(counts):
        if count:
            color = "white" if shares[row, column] > 0.6 else INK  # from here on white is read better
            axes.text(column, row, str(count), size=SMALL, color=color, ha="center", va="center")


def _draw_recall(axes: "Axes", recall: list[float | None], row_height: float) -> None:
    """A bar per class in line with its row, as one polygon, and its percentage where there is room."""
    lengths = np.array([0.0 if share is None else share for share in recall])
    rows = np.arange(len(recall))[:, None]
    axes.fill(
        (lengths[:, None] * np.array([0.0, 1.0, 1.0, 0.0])).ravel(),
        (rows + np.array([-0.4, -0.4, 0.4, 0.4])).ravel(),
        color=BLUE,
        alpha=0.35,
        linewidth=0,
    )
    axes.set(xlim=(0, 1), ylim=(len(recall) - 0.5, -0.5), xlabel="recall")
    axes.set_xticks([0, 1])
    axes.set_yticks([])
    if row_height >= _NAME:
        for row, share in enumerate(recall):
            text = "none" if share is None else f"{share:.0%}"
            axes.text(0.05, row, text, size=SMALL, color=INK, va="center")


def _data(counts: Int[np.ndarray, "class_ class_"]) -> dict[str, object]:
    """The confusion that happens most."""
    wrong = counts - np.diag(np.diag(counts))
    true, predicted = np.unravel_index(wrong.argmax(), wrong.shape)
    return {
        "images": int(counts.sum()),
        "errors": int(wrong.sum()),
        "most_confused": [int(true), int(predicted)] if wrong.any() else None,
        "most_confused_images": int(wrong.max()),
    }


CONFUSION_MATRIX = Component(
    title="Confusion of classes",
    provide=provide,
    absence=needs_classifier,
    meanings={
        "images": "test images counted",
        "errors": "test images taken for another class; fewer is better",
        "most_confused": "the true class and the one it is most often taken for; null without errors",
        "most_confused_images": "test images of which that is so",
    },
)
