"""The metric over the two settings that matter most, as a map.

In: an `Answer`. Out: one map. Not here: the means (comparison/effects.py).
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ssvae.comparison.answer import Answer
from ssvae.comparison.effects import Effect, Level
from ssvae.comparison.figures.absent import no_grid
from ssvae.comparison.figures.axis import label_positions, value_label
from ssvae.comparison.results import identity
from ssvae.comparison.sections.cells import short
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
from ssvae.runs.reporting.numbers import shown
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["heat_map"]

_LEFT, _RIGHT = 1.35, 1.0
_ROW, _TALLEST, _CELL = 0.55, 5.0, 1.2
_MOST_VALUES = (12, 7)
"""Rows and columns up to which the numbers are written into the map."""
_DARK = 0.6
"""Share of the range from which white letters are read more easily."""


def heat_map(answer: Answer) -> ComponentResult:
    """The pair with the largest effects; the others are averaged out. What has no number stays white and says so."""
    pair = _pair(answer)
    if pair is None:
        return no_grid(answer)
    rows, columns = ({identity(value): value for value in values} for values in pair.values)
    height = min(_TALLEST, max(1.1, _ROW * len(rows)))
    width = min(WIDTH - _LEFT - _RIGHT, max(2.0, _CELL * len(columns)))
    note = f"{answer.choice.key}, mean ± standard error; other settings averaged out"
    figure = new_figure(HEADER + height + 1.0, "Heat map", note)
    axes = add_axes(figure, _LEFT, HEADER + 0.3, width, height)
    means = [level.mean for level in pair.levels]
    limits = (min(means), max(means)) if max(means) > min(means) else (means[0] - 1.0, means[0] + 1.0)
    _draw(axes, pair.levels, rows, columns, limits)
    axes.set_xlabel(short(pair.keys[1], 50))
    axes.xaxis.set_label_coords(0.5, -0.38 / height)
    axes.text(
        0,
        1 + 0.08 / height,
        f"rows: {short(pair.keys[0], 50)}",
        size=SMALL,
        color=INK,
        transform=axes.transAxes,
    )
    bar = add_color_bar(figure, _LEFT + width + 0.25, HEADER + 0.3, min(height, 3.0), "", limits=limits)
    bar.locator_params(axis="y", nbins=5)
    return ComponentResult.success({"settings": list(pair.keys)}, {"heat_map": figure})


def _pair(answer: Answer) -> Effect | None:
    sizes = {effect.keys[0]: effect.size for effect in answer.effects}
    return max(
        answer.interactions, key=lambda pair: sum(sizes.get(key, 0.0) for key in pair.keys), default=None
    )


def _draw(
    axes: "Axes",
    levels: Sequence[Level],
    rows: dict[str, Any],
    columns: dict[str, Any],
    limits: tuple[float, float],
) -> None:
    cells = {(identity(one.values[0]), identity(one.values[1])): one for one in levels}
    grid = [
        [cells[row, column].mean if (row, column) in cells else math.nan for column in columns]
        for row in rows
    ]
    axes.imshow(
        np.asarray(grid),
        cmap=SEQUENTIAL,
        vmin=limits[0],
        vmax=limits[1],
        aspect="auto",
        interpolation="nearest",
    )
    axes.grid(visible=False)
    for spot, values, most in ((axes.set_xticks, columns, 12), (axes.set_yticks, rows, 25)):
        places = label_positions(len(values), most)
        labels = [value_label(value) for value in values.values()]
        spot(places, [labels[place] for place in places])
    if len(rows) <= _MOST_VALUES[0] and len(columns) <= _MOST_VALUES[1]:
        for y, row in enumerate(rows):
            for x, column in enumerate(columns):
                _write(axes, x, y, cells.get((row, column)), limits)


def _write(axes: "Axes", x: int, y: int, level: Level | None, limits: tuple[float, float]) -> None:
    if level is None:
        axes.text(x, y, "none", size=SMALL, color=INK, ha="center", va="center")
        return
    is_dark = (level.mean - limits[0]) / (limits[1] - limits[0]) > _DARK
    text = (
        shown(level.mean, 4) if level.error is None else f"{shown(level.mean, 4)}\n± {shown(level.error, 2)}"
    )
    axes.text(x, y, text, size=SMALL, color="white" if is_dark else INK, ha="center", va="center")
