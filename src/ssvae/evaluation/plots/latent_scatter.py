"""The drawing that both pictures of the latent space share: held-out codes in the plane, in groups.

In: a context, a group per image. Out: a figure with its scatter and legend. Not here: what the groups are.
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.plots.projection import Projection, fit_projection
from ssvae.evaluation.plots.style import GRAY, PALE, SMALL, add_axes, colors, markers, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["HELD_OUT", "LatentScatter", "draw_scatter", "held_out"]

HELD_OUT = ("validation", "test")
"""The splits drawn: codes of training images look tidier than the model is."""

MAX_POINTS = 2000
"""More dots than this cover each other and only cost time."""
_FEW_POINTS = 800
"""Up to here dots have their full size; more are drawn smaller."""


@dataclasses.dataclass(frozen=True)
class LatentScatter:
    """Codes chosen for drawing and the plane they are drawn in."""

    projection: Projection
    rows: Int[np.ndarray, " point"]
    """Which of the held-out images, validation first, then test."""
    points: Float[np.ndarray, "point 2"]
    total: int

    @property
    def note(self) -> str:
        """What the dots are."""
        if len(self.rows) == self.total:
            return f"one dot per validation and test image ({self.total:,}), at the mean of q(z|x)"
        return f"{len(self.rows):,} of {self.total:,} validation and test images, each at the mean of q(z|x)"


def held_out(context: EvaluationContext) -> LatentScatter:
    """Project the posterior means of validation and test images."""
    codes = np.concatenate([context.predictions[split].mean for split in HELD_OUT])
    projection = fit_projection(codes)
    rows = np.unique(np.linspace(0, len(codes) - 1, min(len(codes), MAX_POINTS)).astype(int))
    points = projection(codes[rows])
    if projection.is_line:
        # Nothing to show vertically: spread the dots, always in the same way, so that they can be seen.
        points[:, 1] = np.random.default_rng(0).uniform(-1, 1, len(points))
    return LatentScatter(projection, rows, points, total=len(codes))


def draw_scatter(
    scatter: LatentScatter,
    groups: Int[np.ndarray, " point"],
    names: Sequence[str],
    *,
    title: str,
    legend_title: str,
    note: str = "",
    shades: Sequence[str] | None = None,
    strange: tuple[str, Float[np.ndarray, "other 2"]] | None = None,
) -> tuple["Figure", "Axes"]:
    """One dot per code, a color and a marker per group; groups without a dot are not in the legend.

    Args:
        scatter: The codes.
        groups: Number of each code's group.
        names: Of the groups, for the legend.
        title: Of the figure.
        legend_title: What a group is.
        note: Follows the note of the scatter.
        shades: A color per group; None for those of `style.colors`.
        strange: Name and points of one more group, of images that are not held-out ones; in gray.
    """
    figure = new_figure(6.0, title, scatter.note + note)
    axes = add_axes(figure, 0.65, 0.75, 5.85, 4.7)
    shrink = np.clip(np.sqrt(_FEW_POINTS / len(groups)), 0.6, 1.0)
    parts = [(name, scatter.points[groups == group]) for group, name in enumerate(names)]
    shades = [*(shades or colors(len(names))), PALE]
    parts += [] if strange is None else [strange]
    for (name, points), color, (marker, size) in zip(parts, shades, markers(len(shades)), strict=False):
        if len(points):
            # plot draws markers twice as fast as scatter
            axes.plot(
                *points.T,
                linestyle="none",
                marker=marker,
                markersize=size * shrink,
                color=color,
                alpha=0.8,
                markeredgecolor="#00000060",
                markeredgewidth=0.4,
                label=name,
            )
    if scatter.projection.is_line:
        axes.set_yticks([])
    axes.set(xlabel=scatter.projection.axis_labels[0], ylabel=scatter.projection.axis_labels[1])
    legend = axes.legend(
        title=legend_title,
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        borderaxespad=0.0,
        frameon=False,
        fontsize=SMALL,
        title_fontsize=SMALL,
        handletextpad=0.3,
    )
    legend.get_title().set_color(GRAY)
    return figure, axes
