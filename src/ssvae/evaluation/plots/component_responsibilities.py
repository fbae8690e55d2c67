"""Where in the latent space each component takes the images: one small map per component.

In: posterior means and responsibilities of held-out images, the prior's means. Out: one sheet of small scatters.
Not here: all components in one picture (latent_by_component.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.evenly import evenly
from ssvae.evaluation.plots.component_names import component_title, most_used
from ssvae.evaluation.plots.latent_scatter import HELD_OUT, LatentScatter, held_out
from ssvae.evaluation.plots.style import (
    FAINT,
    HEADER,
    INK,
    ORANGE,
    PALE,
    SMALL,
    add_axes,
    add_color_bar,
    new_figure,
)
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap

__all__ = ["COMPONENT_RESPONSIBILITIES", "provide"]

_MAX_PANELS = 20
_COLUMNS = 4
_CELL = (1.72, 1.36)
"""Inches of a map; between two of them lies `_GAP`, which holds a name."""
_GAP = (0.1, 0.26)
_LEFT = 0.15
_MAX_DOTS = 6000
"""On the whole sheet: more only cover each other."""


def provide(context: EvaluationContext) -> ComponentResult:
    """The same dots in every map, colored by how much that component takes them."""
    scatter = held_out(context)
    shown = most_used(context, _MAX_PANELS)
    found = np.concatenate([context.predictions[split].responsibilities for split in HELD_OUT])
    keep = evenly(len(scatter.rows), _MAX_DOTS // len(shown))
    rows, columns = -(-len(shown) // _COLUMNS), min(len(shown), _COLUMNS)
    height = rows * (_CELL[1] + _GAP[1])
    figure = new_figure(
        HEADER + height + 0.35, "Responsibilities of each component", _note(context, len(shown))
    )
    width = columns * (_CELL[0] + _GAP[0])
    axes = add_axes(figure, _LEFT, HEADER, width, height, is_image=True)
    axes.set(xlim=(0, width), ylim=(height, 0))  # inches, downwards
    corners = np.array([[p % _COLUMNS, p // _COLUMNS] for p in range(len(shown))]) * np.add(_CELL, _GAP)
    corners = corners + np.array([0.0, _GAP[1]])
    _draw_dots(
        axes, corners, _places(scatter.points, scatter.points[keep]), found[scatter.rows[keep]][:, shown]
    )
    means = _places(scatter.points, scatter.projection(context.prior.means[shown]))
    _draw_frames(axes, corners, means, context, shown)
    _name_axes(figure, scatter, HEADER + height)
    add_color_bar(figure, _LEFT + width + 0.08, HEADER + _GAP[1], _CELL[1], "q(c|x)", colormap=_colormap())
    return ComponentResult.success(
        {"components_shown": len(shown), "points": len(keep)}, {"component_responsibilities": figure}
    )


def _note(context: EvaluationContext, shown: int) -> str:
    total = len(context.prior.weights)
    which = "" if shown == total else f"; the {shown} most used of {total}"
    return f"validation and test images at the mean of q(z|x); × is the mean of p(z|c); in % the usage{which}"


def _places(
    reference: Float[np.ndarray, "example 2"], points: Float[np.ndarray, "point 2"]
) -> Float[np.ndarray, "point 2"]:
    """Points as shares of a map's box, from its upper left corner; the reference fills nine tenths of it."""
    low, high = reference.min(axis=0), reference.max(axis=0)
    spread = np.where(high > low, high - low, 1.0)
    shares = 0.5 + 0.9 * ((points - (low + high) / 2) / spread)
    return np.stack([shares[:, 0], 1 - shares[:, 1]], axis=1)


def _draw_dots(
    axes: "Axes",
    corners: Float[np.ndarray, "shown 2"],
    places: Float[np.ndarray, "point 2"],
    values: Float[np.ndarray, "point shown"],
) -> None:
    """All maps in one call, the largest values on top."""
    everywhere = (corners[:, None] + places * np.array(_CELL)).reshape(-1, 2)
    flat = values.T.ravel()
    order = np.argsort(flat, kind="stable")
    axes.scatter(
        *everywhere[order].T,
        c=flat[order],
        s=_DOT if len(places) > _FEW else 2 * _DOT,
        cmap=_colormap(),
        vmin=0.0,
        vmax=1.0,
        linewidths=0,
        marker="o",
    )


_DOT, _FEW = 4.0, 300
"""Area of a dot in points², and the images up to which it is twice as large."""


def _colormap() -> "LinearSegmentedColormap":
    """From a gray that is seen on white to a dark blue, so that images a component does not take are there too."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("responsibility", [FAINT, "#9ecae1", "#2171b5", "#08204f"])


def _draw_frames(
    axes: "Axes",
    corners: Float[np.ndarray, "shown 2"],
    means: Float[np.ndarray, "shown 2"],
    context: EvaluationContext,
    shown: Int[np.ndarray, " shown"],
) -> None:
    """A frame around each map, its name above it, a cross at its component's mean when that lies inside."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0], [np.nan, np.nan]]) * np.array(_CELL)
    axes.plot(*(corners[:, None] + square).reshape(-1, 2).T, color=PALE, linewidth=0.7, clip_on=False)
    inside = np.all((means >= 0) & (means <= 1), axis=1)
    crosses = (corners + means * np.array(_CELL))[inside]
    axes.plot(*crosses.T, "x", color=ORANGE, markersize=7, markeredgewidth=1.8)
    usage = context.usage()
    for (left, top), component in zip(corners, shown.tolist(), strict=True):
        name = f"{component_title(context, component)}   {usage[component]:.1%}"
        axes.text(left, top - 0.05, name, size=SMALL, color=INK, va="bottom")


def _name_axes(figure, scatter: LatentScatter, top: float) -> None:
    width, height = figure.get_size_inches()
    across, up = scatter.projection.axis_labels
    across, up = (label.replace(" of E[z|x]", "") for label in (across, up))
    figure.text(
        _LEFT / width, 1 - (top + 0.2) / height, f"in every map → {across}, ↑ {up}", size=SMALL, color=INK
    )


COMPONENT_RESPONSIBILITIES = Component(
    title="Responsibilities of components",
    provide=provide,
    absence=needs_components,
    meanings={
        "components_shown": "maps on the sheet; the most used components when there are many",
        "points": "validation and test images drawn in each",
    },
)
