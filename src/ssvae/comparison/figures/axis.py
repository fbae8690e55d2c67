"""The values of a setting along an axis: numbers where they are, logarithmic when they span decades; words in a row.

In: axes, values. Out: positions. Not here: what is drawn there.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ssvae.comparison.sections.cells import short
from ssvae.evaluation.plots.style import SMALL
from ssvae.runs.reporting.words import spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["label_positions", "place_values", "value_label"]

_DECADES = 10
"""Ratio of the largest to the smallest value from which equal factors are equal steps."""
_FEW = 6
"""Numbers up to which each is written below the axis; of more, round ones are."""
_ROOM = 24
"""Characters that fit side by side below a panel."""
_NEAR = 0.12
"""Share of the axis below which two tick labels would run into each other."""


def place_values(axes: "Axes", values: Sequence[Any]) -> list[float]:
    """Prepare the horizontal axis; the position of each value."""
    if not all(map(_is_number, values)):
        return _place_words(axes, values)
    numbers = [float(value) for value in values]
    low, high = min(numbers), max(numbers)
    is_log = low > 0 and high >= _DECADES * low
    if is_log:
        axes.set_xscale("log")
    places = [math.log(number) if is_log else number for number in numbers]
    margin = 0.08 * ((max(places) - min(places)) or 1.0)
    ends = min(places) - margin, max(places) + margin
    axes.set_xlim(*(map(math.exp, ends) if is_log else ends))
    if len(set(numbers)) <= _FEW:
        shown = _apart(places)
        axes.set_xticks([numbers[i] for i in shown], [value_label(values[i]) for i in shown])
    elif is_log:
        shown = _round_numbers(low, high)
        axes.set_xticks(shown, [f"{number:g}" for number in shown])
    else:
        axes.locator_params(axis="x", nbins=5)
    axes.minorticks_off()
    return numbers


def label_positions(count: int, most: int) -> list[int]:
    """Which of `count` labels are shown when at most `most` fit."""
    return list(range(0, count, -(-count // most)))


def value_label(value: Any, longest: int = 14) -> str:
    """A value in few characters."""
    if isinstance(value, float):
        return f"{value:.3g}"
    return short(spelled(value), longest)


def _round_numbers(low: float, high: float) -> list[float]:
    """Powers of ten between two numbers, a few of them; with 2 and 5 times them where there would be hardly any."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    inside = [power for power in powers if low <= 10.0**power <= high]
    if len(inside) > 2:
        return [10.0**power for power in inside[:: -(-len(inside) // _FEW)]]
    return [
        number for power in powers for times in (1, 2, 5) if low <= (number := times * 10.0**power) <= high
    ][::2]


def _place_words(axes: "Axes", values: Sequence[Any]) -> list[float]:
    """Side by side; slanted where they would not fit."""
    shown = label_positions(len(values), 12)
    labels = [value_label(values[i]) for i in shown]
    axes.set_xticks(shown, labels)
    if sum(map(len, labels)) > _ROOM:
        for label in axes.get_xticklabels():
            label.set(rotation=20, ha="right", size=SMALL - 1)
    axes.set_xlim(-0.4, len(values) - 0.6)
    return [float(i) for i in range(len(values))]


def _apart(places: Sequence[float]) -> list[int]:
    """The places whose labels do not run into one that is shown before them."""
    least = _NEAR * (max(places) - min(places))
    shown: list[int] = []
    for i in sorted(range(len(places)), key=places.__getitem__):
        if not shown or places[i] - places[shown[-1]] >= least > 0:
            shown.append(i)
    return shown


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
