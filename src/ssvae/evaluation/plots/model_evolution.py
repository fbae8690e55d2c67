"""How training moved the components: the usage and the prior weight of each, epoch by epoch.

In: the history. Out: heat maps of p̄ and π, and curves of k_eff and I(x; c). Not here: the end (component_usage.py).
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.responsibilities import active_components, entropy
from ssvae.evaluation.plots.component_names import component_title, most_used
from ssvae.evaluation.plots.style import (
    BLUE,
    GRAY,
    HEADER,
    INK,
    NORMAL,
    ORANGE,
    SEQUENTIAL,
    SMALL,
    add_axes,
    add_color_bar,
    new_figure,
)
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL_EVOLUTION", "provide"]

_MAX_ROWS = 40
"""More components than this could not be named beside the map: the most used ones are shown."""
_ROW = 0.16
_LEFT, _MAP_WIDTH, _MAP_STEP = 1.2, 2.85, 3.1
"""Inches. Two maps side by side share the names on the left."""
_CURVE_LEFT, _CURVE_WIDTH, _CURVE_HEIGHT, _CURVE_STEP = 0.65, 3.1, 1.3, 4.05
_STILL = 1e-6
"""Weights that change by less than this are not learned: float32 of the same number."""


def provide(context: EvaluationContext) -> ComponentResult:
    """One map, or two when the prior learned its weights; below them how many components are in effect."""
    usage, weights = (_columns(context, name) for name in ("usage", "prior_weight"))
    measured = np.isfinite(usage).all(axis=1)
    if not measured.any():
        return ComponentResult.disabled(
            reason="the history has no usage per component; the run is of an older version",
            remedy="train it again",
        )
    shown = most_used(context, _MAX_ROWS)
    learned = bool(np.nanmax(np.ptp(weights[measured], axis=0)) > _STILL)
    map_height = max(_ROW * len(shown), 0.9)
    figure = new_figure(
        HEADER + map_height + _CURVE_HEIGHT + 1.95,
        "Components over the epochs",
        _note(context, len(shown), learned),
    )
    maps = [("p̄, mean of q(c|x) over validation images", usage)]
    if learned:
        maps.append(("π, the prior's weight", weights))
    largest = max(float(np.nanmax(values[:, shown])) for _, values in maps)
    width = _MAP_WIDTH if learned else _MAP_STEP + _MAP_WIDTH
    for place, (title, values) in enumerate(maps):
        axes = add_axes(figure, _LEFT + place * _MAP_STEP, HEADER + 0.25, width, map_height)
        _draw_map(axes, context, values[:, shown], largest)
        axes.text(0, 1 + 0.07 / map_height, title, size=NORMAL, color=INK, transform=axes.transAxes)
        _name_rows(axes, context, shown, is_named=place == 0)
    bar_left = _LEFT + _MAP_STEP + _MAP_WIDTH + 0.15
    add_color_bar(figure, bar_left, HEADER + 0.25, min(map_height, 2.0), "share", limits=(0.0, largest))
    k_eff = np.exp(entropy(usage))
    _draw_curves(figure, context, usage, k_eff, top=HEADER + map_height + 1.2)
    return ComponentResult.success(
        {
            "components_shown": len(shown),
            "k_eff_first": float(k_eff[measured][0]),
            "k_eff_last": float(k_eff[measured][-1]),
            "largest_share": float(usage[measured].max()),
        },
        {"model_evolution": figure},
    )


def _columns(context: EvaluationContext, name: str) -> Float[np.ndarray, "epoch component"]:
    keys = [f"{name}.{c}" for c in range(len(context.prior.weights))]
    return np.array([[row.get(key, math.nan) for key in keys] for row in context.history]).reshape(
        -1, len(keys)
    )


def _note(context: EvaluationContext, shown: int, learned: bool) -> str:
    total = len(context.prior.weights)
    rows = f"{total} components" if shown == total else f"the {shown} most used of {total} components"
    fixed = "" if learned else "; π stays as it began"
    return f"{rows}; dotted: epoch {context.best_epoch}, best by {context.training.monitor}{fixed}"


def _draw_map(
    axes: "Axes",
    context: EvaluationContext,
    values: Float[np.ndarray, "epoch component"],
    largest: float,
) -> None:
    """A row per component, a column per epoch."""
    from matplotlib.ticker import MaxNLocator

    epochs = context.curve("epoch")
    axes.imshow(
        values.T,
        cmap=SEQUENTIAL,
        vmin=0.0,
        vmax=largest,
        aspect="auto",
        interpolation="nearest" if len(epochs) < _DOTS else "antialiased",
        extent=(epochs[0] - 0.5, epochs[-1] + 0.5, values.shape[1] - 0.5, -0.5),
    )
    axes.grid(visible=False)
    axes.axvline(context.best_epoch, color=ORANGE, linestyle=":", linewidth=1.4)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
    axes.set(xlabel="epoch")


_DOTS = 200
"""Epochs that have more than a dot each in the narrow map."""


def _name_rows(
    axes: "Axes", context: EvaluationContext, shown: Int[np.ndarray, " shown"], *, is_named: bool
) -> None:
    """Names beside the left map; written as texts, which cost a third of ticks."""
    axes.set_yticks([])
    across = axes.get_yaxis_transform()
    for row, component in enumerate(shown.tolist() if is_named else []):
        name = component_title(context, component)
        axes.text(-0.02, row, name, size=SMALL, color=INK, ha="right", va="center", transform=across)


def _draw_curves(figure, context, usage, k_eff, top: float) -> None:
    """k_eff with the number of active components, and what the component tells about the image."""
    from matplotlib.ticker import MaxNLocator

    epochs, total = context.curve("epoch"), usage.shape[1]
    active = np.where(np.isnan(k_eff), np.nan, [active_components(row).sum() for row in usage])
    panels = [
        (f"k_eff (solid), active components (dashed), of {total}", "components", total, (k_eff, active)),
        ("I(x; c), at most log K", "nats", math.log(total), (context.curve("metric.information"),)),
    ]
    marker = "o" if len(epochs) == 1 else None
    for place, (title, unit, largest, curves) in enumerate(panels):
        if not np.isfinite(curves[0]).any():
            continue
        axes = add_axes(figure, _CURVE_LEFT + place * _CURVE_STEP, top, _CURVE_WIDTH, _CURVE_HEIGHT)
        for curve, color, style in zip(curves, (BLUE, ORANGE), ("-", "--"), strict=False):
            axes.plot(epochs, curve, style, color=color, linewidth=1.4, marker=marker, markersize=4)
        axes.axvline(context.best_epoch, color=GRAY, linestyle=":", linewidth=1.2, zorder=1)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.set(xlabel="epoch", ylabel=unit, xlim=(0, 1.02 * epochs.max()), ylim=(0, 1.05 * largest))
        axes.text(0, 1 + 0.07 / _CURVE_HEIGHT, title, size=SMALL, color=INK, transform=axes.transAxes)


MODEL_EVOLUTION = Component(
    title="Components over the epochs",
    provide=provide,
    absence=needs_components,
    meanings={
        "components_shown": "rows of the maps; the most used ones at the end when there are many",
        "k_eff_first": "effective number of components after the first epoch, from 1 to K",
        "k_eff_last": "the same after the last epoch; far below k_eff_first, components died on the way",
        "largest_share": "largest mean q(c|x) that any component had in any epoch, from 1/K to 1",
    },
)
