"""The table τ = p(y|c) as a picture: which class each component stands for.

In: τ, the labels behind it. Out: one heat map. Not here: what it covers (metrics/tau_classifier.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.plots.component_names import UNKNOWN, component_classes, component_order
from ssvae.evaluation.plots.style import (
    GRAY,
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
_FADED = 0.15
"""Opacity of a row that names no class."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Components down, classes across, components of one class together; those that name none are gray."""
    if context.tau is None:
        raise ValueError("classifier=tau gave no table of classes per component.")
    order = component_order(context)
    tau, usage = context.tau[order], context.usage()[order]
    named = component_classes(context)[order] != UNKNOWN
    height = min(len(tau) * _ROW, _MAX_HEIGHT)
    figure = new_figure(
        HEADER + height + 0.65,
        "τ: the class each component stands for",
        _note(named),
    )
    axes = add_axes(figure, 1.15, HEADER + 0.1, WIDTH - 2.2, height)
    # A faded row can still be read, and catches the eye no more.
    axes.imshow(
        tau,
        cmap=SEQUENTIAL,
        vmin=0.0,
        vmax=1.0,
        aspect="auto",
        interpolation="nearest",
        alpha=np.where(named, 1.0, _FADED)[:, None] * np.ones_like(tau),
    )
    axes.grid(visible=False)
    step = -(-len(tau) // int(_MAX_HEIGHT / _ROW))
    names = [f"{c} ({share:.1%})" for c, share in zip(order, usage, strict=True)]
    axes.set_yticks(range(0, len(tau), step), names[::step])
    for name, is_named in zip(axes.get_yticklabels(), named[::step], strict=True):
        name.set_color(INK if is_named else GRAY)
    axes.set_xticks(range(0, tau.shape[1], -(-tau.shape[1] // 30)))
    axes.set(xlabel="class y", ylabel="component c")
    axes.yaxis.set_label_coords(-0.95 / (WIDTH - 2.2), 0.5)
    if len(tau) <= _MAX_VALUES[0] and tau.shape[1] <= _MAX_VALUES[1]:
        _write_values(axes, tau, named)
    add_color_bar(figure, WIDTH - 0.8, HEADER + 0.1, min(height, 3.0), "p(y|c)")
    return ComponentResult.success(
        {"components": len(tau), "classes": tau.shape[1], "gray_components": int((~named).sum())},
        {"tau_heatmap": figure},
    )


def _note(named: Bool[np.ndarray, " row"]) -> str:
    note = "p(y|c), printed from 0.05; in brackets the component's share of validation images"
    if named.all():
        return note
    return f"{note}\ngray: names no class, since no labels stand behind it, or those of no class clearly"


def _write_values(
    axes: "Axes", tau: Float[np.ndarray, "component class_"], named: Bool[np.ndarray, " component"]
) -> None:
    """The values that matter; small ones all over would hide the pattern."""
    for (row, column), value in np.ndenumerate(tau):
        if value >= 0.05:
            color = GRAY if not named[row] else "white" if value > 0.6 else INK
            axes.text(column, row, f"{value:.2f}", size=SMALL, color=color, ha="center", va="center")


TAU_HEATMAP = Component(
    title="Classes of components (τ), as a picture",
    provide=provide,
    absence=needs_tau,
    meanings={
        "components": "rows of the table",
        "classes": "columns of the table",
        "gray_components": "rows that name no class: no labels stand behind them, or those of no class clearly; "
        "fewer is better",
    },
)
