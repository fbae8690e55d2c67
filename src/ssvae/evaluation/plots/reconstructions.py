"""Test images above what the model makes of them.

In: test images and their mean images. Out: one mosaic. Not here: numbers (metrics/reconstruction.py).
"""

import numpy as np
from jaxtyping import Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.plots.mosaic import draw_mosaic, name_rows, proportion
from ssvae.evaluation.plots.style import GRAY, HEADER, INK, SMALL, WIDTH, add_axes, new_figure
from ssvae.status import ComponentResult

__all__ = ["RECONSTRUCTIONS", "one_per_class_first", "provide"]

_COLUMNS = 10
"""Images side by side; more wrap into another band."""
_LEFT = 1.0
_WIDTH = WIDTH - _LEFT - 0.15
"""Inches of a full band."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Bands of originals over reconstructions, the cost of each below it."""
    test, predictions = context.dataset.test, context.predictions["test"]
    rows = one_per_class_first(test.labels, context.settings.num_images)
    originals = test.images[rows] / np.float32(context.dataset.levels)
    pairs = np.stack([originals, predictions.mean_images[rows]])
    bands = [slice(start, start + _COLUMNS) for start in range(0, len(rows), _COLUMNS)]
    shape = test.images.shape[1:3]
    height = _WIDTH * proportion(2, _COLUMNS, *shape)
    band_height = height + 0.5
    figure = new_figure(
        HEADER + len(bands) * band_height,
        "Reconstructions of test images",
        "above each pair its class, below it −log p(x|z) in nats; reconstruction: E[x|z] at the mean of q(z|x)",
    )
    for index, band in enumerate(bands):
        images = pairs[:, band].astype(np.float32)
        top = HEADER + 0.2 + index * band_height
        width = height / proportion(2, images.shape[1], *shape)
        axes = add_axes(figure, _LEFT, top, width, height, is_image=True)
        draw_mosaic(axes, images)
        name_rows(axes, ("original", "reconstruction"))
        for column, example in enumerate(rows[band]):
            axes.text(
                column, -0.52, str(test.labels[example]), size=SMALL, color=INK, ha="center", va="bottom"
            )
            cost = f"{predictions.recon[example]:.1f}"
            axes.text(column, 1.52, cost, size=SMALL, color=GRAY, ha="center", va="top")
    return ComponentResult.success(
        {"images": len(rows), "test_rows": rows.tolist()}, {"reconstructions": figure}
    )


def one_per_class_first(labels: Int[np.ndarray, " example"], count: int) -> Int[np.ndarray, " chosen"]:
    """Rows to show: the first image of each class in class order, then the second of each, up to `count`."""
    order = np.argsort(labels, kind="stable")
    _, starts, sizes = np.unique(labels[order], return_index=True, return_counts=True)
    turn = np.arange(len(labels)) - np.repeat(starts, sizes)  # 0 for the first image of its class
    return order[np.lexsort((labels[order], turn))][:count]


RECONSTRUCTIONS = Component(
    title="Reconstructions",
    provide=provide,
    meanings={
        "images": "test images shown",
        "test_rows": "their rows in the test split, counted from 0",
    },
)
