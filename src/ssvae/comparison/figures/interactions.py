"""Interactions: the mean of the metric per value of one setting, a line for each value of another.

In: an `Answer`. Out: one sheet of panels. Not here: the means (comparison/effects.py).
"""

from typing import TYPE_CHECKING

from ssvae.comparison.answer import Answer
from ssvae.comparison.effects import Effect, Level
from ssvae.comparison.figures.absent import no_grid
from ssvae.comparison.figures.axis import place_values, value_label
from ssvae.comparison.figures.main_effects import shared_limits
from ssvae.comparison.results import identity
from ssvae.comparison.sections.cells import short
from ssvae.evaluation.plots.style import HEADER, INK, NORMAL, SMALL, add_axes, colors, markers, new_figure
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["interactions"]

_COLUMNS = 2
_LEFT, _WIDTH, _HEIGHT = 0.65, 2.1, 1.8
_STEP_X, _STEP_Y = 3.95, 2.7
_MOST = 6
_MOST_LINES = 10


def interactions(answer: Answer) -> ComponentResult:
    """One panel per pair of settings, the strongest interaction first; its legend stands beside it."""
    pairs = answer.interactions[:_MOST]
    if not pairs:
        return no_grid(answer)
    rows = -(-len(pairs) // _COLUMNS)
    note = f"{answer.choice.key}: lines that are not parallel interact"
    note += f"; the {len(pairs)} strongest of {len(answer.interactions)}" * (
        len(pairs) < len(answer.interactions)
    )
    figure = new_figure(HEADER + rows * _STEP_Y + 0.1, "Interactions", note)
    limits = shared_limits(pairs)
    for place, pair in enumerate(pairs):
        row, column = divmod(place, _COLUMNS)
        top = HEADER + 0.35 + row * _STEP_Y
        axes = add_axes(figure, _LEFT + column * _STEP_X, top, _WIDTH, _HEIGHT)
        _draw(axes, pair)
        axes.set_ylim(*limits)
    return ComponentResult.success({"pairs": len(pairs)}, {"interactions": figure})


def _draw(axes: "Axes", pair: Effect) -> None:
    """The setting with more values lies along the axis."""
    along, across = (0, 1) if len(pair.values[0]) > len(pair.values[1]) else (1, 0)
    values = pair.values[along]
    places = dict(zip(map(identity, values), place_values(axes, values), strict=True))
    lines: dict[str, list[Level]] = {identity(value): [] for value in pair.values[across]}
    for level in pair.levels:
        lines[identity(level.values[across])].append(level)
    shown = list(lines.values())[:_MOST_LINES]
    _lines(axes, shown, along, places)
    axes.text(
        0, 1 + 0.08 / _HEIGHT, short(pair.keys[along], 30), size=NORMAL, color=INK, transform=axes.transAxes
    )
    _legend(
        axes,
        short(pair.keys[across].rpartition(".")[2], 15),
        [value_label(line[0].values[across], 13) for line in shown],
    )
    axes.locator_params(axis="y", nbins=5)


def _lines(axes: "Axes", lines: list[list[Level]], along: int, places: dict[str, float]) -> None:
    for line, color, (marker, size) in zip(lines, colors(len(lines)), markers(len(lines)), strict=True):
        points = sorted((places[identity(one.values[along])], one.mean, one.error or 0.0) for one in line)
        x, y, error = zip(*points, strict=True)
        axes.errorbar(
            x,
            y,
            yerr=error if any(error) else None,
            color=color,
            marker=marker,
            markersize=size,
            linewidth=1.2,
            capsize=2,
            label="_",
        )


def _legend(axes: "Axes", title: str, names: list[str]) -> None:
    """To the right of the panel, where no line can be."""
    x = 1 + 0.12 / _WIDTH
    axes.text(x, 1.0, title, size=SMALL, color=INK, va="top", weight="bold", transform=axes.transAxes)
    for place, (name, color, (marker, size)) in enumerate(
        zip(names, colors(len(names)), markers(len(names)), strict=True)
    ):
        y = 1 - (0.26 + 0.155 * place) / _HEIGHT
        axes.plot(
            x + 0.05 / _WIDTH,
            y,
            color=color,
            marker=marker,
            markersize=size,
            transform=axes.transAxes,
            clip_on=False,
        )
        axes.text(x + 0.17 / _WIDTH, y, name, size=SMALL, color=INK, va="center", transform=axes.transAxes)
