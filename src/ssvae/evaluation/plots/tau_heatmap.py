"""The table τ = p(y|c) as a picture: which class each component stands for.

In: τ. Out: one heat map. Not here: what it covers (metrics/tau_classifier.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.plots.component_names import component_order
from ssvae.evaluation.plots.style import (
    HEADER,
    INK,
    SEQUENTIAL,
    SMALL,
    WIDTH,
    add_axes,
    add_color_bar,
    new_figure,
)
from ssvae.model.absences import needs_tau
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TAU_HEATMAP", "provide"]

_MAX_VALUES = (30, 20)
"""Components and classes up to which each cell's value is printed: beyond, numbers would touch."""
_MAX_HEIGHT = 9.0
_ROW = 0.24


def provide(context: EvaluationContext) -> ComponentResult:
    """Components down, classes across, components of one class together."""
    if context.tau is None:
        raise ValueError("classifier=tau gave no table of classes per component.")
    order = component_order(context)
    tau, usage = context.tau[order], context.usage()[order]
    height = min(len(tau) * _ROW, _MAX_HEIGHT)
    figure = new_figure(
        HEADER + height + 0.65,
        "τ: the class each component stands for",
        "p(y|c), printed from 0.05; in brackets the component's share of validation images",
    )
    axes = add_axes(figure, 1.15, HEADER + 0.1, WIDTH - 2.2, height)
    axes.imshow(tau, cmap=SEQUENTIAL, vmin=0.0, vmax=1.0, aspect="auto", interpolation="nearest")
    axes.grid(visible=False)
    step = -(-len(tau) // int(_MAX_HEIGHT / _ROW))
    names = [f"{c} ({share:.1%})" for c, share in zip(order, usage, strict=True)]
    axes.set_yticks(range(0, len(tau), step), names[::step])
    axes.set_xticks(range(0, tau.shape[1], -(-tau.shape[1] // 30)))
    axes.set(xlabel="class y", ylabel="component c")
    axes.yaxis.set_label_coords(-0.95 / (WIDTH - 2.2), 0.5)
    if len(tau) <= _MAX_VALUES[0] and tau.shape[1] <= _MAX_VALUES[1]:
        _write_values(axes, tau)
    add_color_bar(figure, WIDTH - 0.8, HEADER + 0.1, min(height, 3.0), "p(y|c)")
    return ComponentResult.success({"components": len(tau), "classes": tau.shape[1]}, {"tau_heatmap": figure})


def _write_values(axes: "Axes", tau: Float[np.ndarray, "component class_"]) -> None:
    """The values that matter; small ones all over would hide the pattern."""
    for (row, column), value in np.ndenumerate(tau):
        if value >= 0.05:
            color = "white" if value > 0.6 else INK
            axes.text(column, row, f"{value:.2f}", size=SMALL, color=color, ha="center", va="center")


TAU_HEATMAP = Component(
    title="Classes of components (τ), as a picture",
    provide=provide,
    absence=needs_tau,
    meanings={"components": "rows of the table", "classes": "columns of the table"},
)
