"""How much each component is used, next to how much the prior expects it.

In: responsibilities of the validation images, π. Out: one chart of bars. Not here: k_eff (metrics/mixture_prior.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.responsibilities import active_components, effective_number
from ssvae.evaluation.plots.component_names import UNKNOWN, component_classes, component_order
from ssvae.evaluation.plots.style import BLUE, GRAY, ORANGE, SMALL, add_axes, new_figure
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult
from ssvae.training.history import ACTIVE_SHARE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COMPONENT_USAGE", "provide"]

_HEIGHT = 1.95
"""Inches of the chart itself."""
_MAX_NAMES = 30
"""More components than this are numbered at intervals."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Two bars per component: p̄ and π."""
    usage, order = context.usage(), component_order(context)
    active = active_components(usage)
    note = f"{active.sum()} of {len(usage)} components active, k_eff = {effective_number(usage):.1f}"
    figure = new_figure(3.6, "Usage of components on validation images", note)
    axes = add_axes(figure, 0.65, 0.95, 7.2, _HEIGHT)
    places = np.arange(len(order))
    _draw_bars(axes, places - 0.2, usage[order], color=BLUE, label="mean of q(c|x)")
    _draw_bars(axes, places + 0.2, context.prior.weights[order], color=ORANGE, label="π, the prior's weight")
    axes.axhline(
        ACTIVE_SHARE / len(usage), color=GRAY, linestyle="--", linewidth=1, label="active above this line"
    )
    step = -(-len(order) // _MAX_NAMES)
    axes.set_xticks(places[::step], [_tick(context, c) for c in order[::step].tolist()])
    axes.set(xlim=(-0.7, len(order) - 0.3), ylim=(0, None), ylabel="share", xlabel=_axis_label(context))
    axes.xaxis.set_label_coords(0.5, -(0.25 if context.tau is None else 0.4) / _HEIGHT)
    axes.grid(visible=False, axis="x")
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=3,
        frameon=False,
        fontsize=SMALL,
        columnspacing=1.5,
    )
    return ComponentResult.success(
        {"largest_usage": float(usage.max()), "smallest_usage": float(usage.min())},
        {"component_usage": figure},
    )


def _draw_bars(
    axes: "Axes",
    centers: Float[np.ndarray, " component"],
    heights: Float[np.ndarray, " component"],
    *,
    color: str,
    label: str,
) -> None:
    """Bars 0.4 wide as one polygon: a thousand rectangles would take seconds."""
    corners = centers[:, None] + np.array([[-0.2, -0.2, 0.2, 0.2]])
    tops = heights[:, None] * np.array([[0.0, 1.0, 1.0, 0.0]])
    axes.fill(corners.ravel(), tops.ravel(), linewidth=0, color=color, label=label)


def _tick(context: EvaluationContext, component: int) -> str:
    if context.tau is None:
        return str(component)
    named = component_classes(context)[component]
    return f"{component}\n→{'–' if named == UNKNOWN else named}"


def _axis_label(context: EvaluationContext) -> str:
    return "component c" if context.tau is None else "component c → the class that τ names most"


COMPONENT_USAGE = Component(
    title="Usage of components",
    provide=provide,
    absence=needs_components,
    meanings={
        "largest_usage": "mean q(c|x) of the most used component, from 1/K to 1; above 0.5 one component rules",
        "smallest_usage": "mean q(c|x) of the least used component, from 0 to 1/K",
    },
)
