"""Main effects: the mean of the metric per value of each setting, the other settings averaged out.

In: an `Answer`. Out: one sheet of panels. Not here: the means (comparison/effects.py).
"""

from typing import TYPE_CHECKING

from ssvae.comparison.answer import Answer
from ssvae.comparison.effects import Effect
from ssvae.comparison.figures.axis import place_values
from ssvae.comparison.sections.cells import short
from ssvae.evaluation.plots.style import BLUE, HEADER, INK, NORMAL, add_axes, new_figure
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["main_effects", "shared_limits"]

_COLUMNS = 3
_LEFT, _WIDTH, _HEIGHT = 0.65, 1.95, 1.5
_STEP_X, _STEP_Y = 2.6, 2.35
_MOST = 12
"""Panels; of more settings the smallest effects are left out, and the sheet says so."""


def main_effects(answer: Answer) -> ComponentResult:
    """One panel per setting, the largest effect first, all with the same vertical axis."""
    effects = answer.effects[:_MOST]
    if not effects:
        return ComponentResult.disabled(
            "no setting has two values with a number",
            "two values of one setting, such as model.kl_weight=0.5,1.0",
        )
    rows = -(-len(effects) // _COLUMNS)
    figure = new_figure(HEADER + rows * _STEP_Y + 0.25, "Main effects", _note(answer, len(effects)))
    limits = shared_limits(effects)
    for place, effect in enumerate(effects):
        row, column = divmod(place, _COLUMNS)
        top = HEADER + 0.3 + row * _STEP_Y
        axes = add_axes(figure, _LEFT + column * _STEP_X, top, _WIDTH, _HEIGHT)
        _draw(axes, effect)
        axes.set_ylim(*limits)
        axes.text(
            0, 1 + 0.08 / _HEIGHT, short(effect.keys[0], 30), size=NORMAL, color=INK, transform=axes.transAxes
        )
    return ComponentResult.success({"settings": len(effects)}, {"main_effects": figure})


def shared_limits(effects: tuple[Effect, ...]) -> tuple[float, float]:
    """Of a vertical axis on which all means and errors fit."""
    levels = [level for effect in effects for level in effect.levels]
    low = min(level.mean - (level.error or 0.0) for level in levels)
    high = max(level.mean + (level.error or 0.0) for level in levels)
    margin = 0.08 * (high - low) or 0.01 * abs(high) or 1.0
    return low - margin, high + margin


def _note(answer: Answer, drawn: int) -> str:
    note = f"{answer.choice.key}: mean per value, bars: standard error over repetitions"
    if drawn < len(answer.effects):
        note += f"; the {drawn} largest of {len(answer.effects)}"
    return (
        f"{note}\nnot every combination has a number: see the table"
        if any(e.note for e in answer.effects)
        else note
    )


def _draw(axes: "Axes", effect: Effect) -> None:
    """A line only where neighbors can be compared: between numbers whose means are over the same combinations."""
    positions = place_values(axes, [level.values[0] for level in effect.levels])
    means = [level.mean for level in effect.levels]
    errors = [level.error or 0.0 for level in effect.levels]
    is_line = all(isinstance(level.values[0], int | float) for level in effect.levels) and not (
        effect.note or ""
    ).startswith("No")
    axes.errorbar(
        positions,
        means,
        yerr=errors if any(errors) else None,
        fmt="o-" if is_line else "o",
        color=BLUE,
        linewidth=1.2,
        markersize=5,
        capsize=3,
    )
    axes.locator_params(axis="y", nbins=5)
