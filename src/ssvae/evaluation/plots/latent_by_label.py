"""The latent space, colored by true class: whether the code separates what a person would.

In: posterior means and labels of held-out images. Out: one scatter. Not here: drawing it (latent_scatter.py).
"""

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.evenly import evenly
from ssvae.evaluation.metrics.ood import LEFT_OUT, ood_predictions
from ssvae.evaluation.plots.labels import write_apart
from ssvae.evaluation.plots.latent_scatter import HELD_OUT, draw_scatter, held_out
from ssvae.evaluation.plots.projection import Projection
from ssvae.evaluation.plots.style import INK
from ssvae.status import ComponentResult

__all__ = ["LATENT_BY_LABEL", "provide"]

_MAX_NAMES = 30
"""More class names than this do not fit beside the picture, nor on it."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Draw held-out codes by class; each class's name stands at the median of its dots."""
    scatter = held_out(context)
    labels = np.concatenate([context.split(split).labels for split in HELD_OUT])[scatter.rows]
    num_classes, present = context.dataset.num_classes, np.unique(labels)
    strange = _left_out(context, scatter.projection)
    figure, axes = draw_scatter(
        scatter,
        labels,
        [str(y) for y in range(num_classes)],
        title="Latent space by true class",
        legend_title="class",
        note="; gray: the class left out" * bool(len(strange)),
        strange=(f"{context.dataset.left_out_class} (left out)", strange),
    )
    if num_classes <= _MAX_NAMES:
        centers = np.stack([np.median(scatter.points[labels == y], axis=0) for y in present])
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        write_apart(axes, centers, [str(y) for y in present], weight="bold", color=INK, bbox=box)
    elif (legend := axes.get_legend()) is not None:
        legend.remove()
    return ComponentResult.success(
        {"points": len(scatter.points), "classes": len(present), "left_out": len(strange)},
        {"latent_by_label": figure},
    )


def _left_out(context: EvaluationContext, projection: Projection) -> Float[np.ndarray, "example 2"]:
    """Where images of the class that training never saw come to lie; none without such a class."""
    if context.dataset.left_out is None:
        return np.empty((0, 2))
    codes = ood_predictions(context)[LEFT_OUT].mean
    points = projection(codes[evenly(len(codes), _MAX_LEFT_OUT)])
    if projection.is_line:  # spread as the other dots are
        points[:, 1] = np.random.default_rng(1).uniform(-1, 1, len(points))
    return points


_MAX_LEFT_OUT = 300
"""More would cover the classes that training saw."""


LATENT_BY_LABEL = Component(
    title="Latent space by class",
    provide=provide,
    meanings={
        "points": "validation and test images drawn",
        "classes": "true classes among them",
        "left_out": "images drawn of the class that training never saw; 0 when it saw all",
    },
)
