"""Learning curves: every run faint, the mean of each configuration bold.

In: an `Answer`, the metrics.csv of its runs. Out: one sheet. Not here: the curves of one run
(evaluation/plots/loss_curves.py).
"""

import math
from typing import TYPE_CHECKING

from ssvae.comparison.answer import Answer
from ssvae.comparison.figures.axis import value_label
from ssvae.comparison.grouping import Group
from ssvae.comparison.results import read_curves
from ssvae.comparison.sections.cells import short
from ssvae.evaluation.plots.style import (
    HEADER,
    INK,
    NORMAL,
    PALE,
    SMALL,
    WIDTH,
    add_axes,
    colors,
    new_figure,
)
from ssvae.model.terms import TOTAL
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["learning_curves"]

Curve = dict[int, float]
"""Epoch → value."""

_LOSS = f"{TOTAL}.val"
_LEFT, _WIDTH, _HEIGHT, _STEP = 0.65, 3.1, 2.4, 3.85
_MOST = 10
"""Configurations with a color of their own: the best; beyond ten nobody tells colors apart."""
_LINE = 0.19
"""Inches of a line of the legend."""
_NARROW = 55
"""Characters of a configuration up to which two stand side by side."""
_WIDE = 30
"""Ratio of largest to smallest value from which a linear axis shows only the first epochs."""


def learning_curves(answer: Answer) -> ComponentResult:
    """Loss on validation images, and the metric that chooses where it was measured each epoch."""
    keys = tuple(dict.fromkeys([_LOSS, *_validated(answer.choice.key)]))
    curves = {one.job.number: read_curves(answer.sweep_dir / one.job.folder, keys) for one in answer.results}
    keys = tuple(key for key in keys if any(_is_drawable(found.get(key)) for found in curves.values()))
    if not keys:
        return ComponentResult.failed(
            "no run has an epoch with a finite number in logs/metrics.csv, so that there is no curve to draw"
        )
    groups = answer.ranked
    shown = groups[:_MOST]
    names = [_brief(group) for group in shown]
    columns = 2 if max(map(len, names)) <= _NARROW else 1
    lines = -(-len(shown) // columns) + (len(groups) > len(shown))
    height = HEADER + _HEIGHT + 1.0 + lines * _LINE
    figure = new_figure(height, "Learning curves", "faint: single runs, dotted: not finished, bold: means")
    palette = colors(len(shown))
    for place, key in enumerate(keys):
        axes = add_axes(figure, _LEFT + place * _STEP, HEADER + 0.25, _WIDTH, _HEIGHT)
        of_key = {number: found.get(key, {}) for number, found in curves.items()}
        for rank, group in reversed(list(enumerate(groups))):  # the best on top
            _draw(axes, group, of_key, palette[rank] if rank < len(shown) else None)
        _finish(axes, key)
    names += [f"gray: {len(groups) - len(shown)} more configurations"] * (len(groups) > len(shown))
    _legend(figure, names, [*palette, PALE], columns)
    return ComponentResult.success({"quantities": list(keys)}, {"learning_curves": figure})


def _is_drawable(curve: Curve | None) -> bool:
    return any(map(math.isfinite, (curve or {}).values()))


def _validated(key: str | None) -> list[str]:
    """The metric on validation images, which is measured each epoch; that of test images is known only at the end."""
    return [] if key is None else [".".join("val" if part == "test" else part for part in key.split("."))]


def _brief(group: Group) -> str:
    """Its settings without the parts they are in, numbers in three digits."""
    settings = group.settings.items()
    return (
        ", ".join(f"{key.rpartition('.')[2]}={value_label(value)}" for key, value in settings) or group.name
    )


def _draw(axes: "Axes", group: Group, curves: dict[int, Curve], color: str | None) -> None:
    """Without a color of its own, gray and thin."""
    faint, bold = (0.45, 2.0) if color else (0.2, 0.9)
    for result in group.results:
        if curve := curves[result.job.number]:
            style = "-" if result.is_usable else ":"
            axes.plot(
                list(curve), list(curve.values()), style, color=color or PALE, linewidth=0.7, alpha=faint
            )
    mean = _mean([curves[result.job.number] for result in group.pooled])
    if mean:
        marker = "o" if len(mean) == 1 else None
        axes.plot(
            list(mean), list(mean.values()), color=color or PALE, linewidth=bold, marker=marker, markersize=4
        )


def _mean(curves: list[Curve]) -> Curve:
    """Over the epochs that all of them have: the mean must not jump where one has stopped."""
    if not curves:
        return {}
    epochs = [
        epoch for epoch in curves[0] if all(math.isfinite(curve.get(epoch, math.nan)) for curve in curves)
    ]
    return {epoch: math.fsum(curve[epoch] for curve in curves) / len(curves) for epoch in epochs}


def _finish(axes: "Axes", key: str) -> None:
    low, high = axes.dataLim.intervaly
    if low > 0 and high > _WIDE * low:
        axes.set_yscale("log")
    else:
        axes.locator_params(axis="y", nbins=5)
    axes.set_xlim(0, 1.02 * max(1.0, axes.dataLim.intervalx[1]))
    axes.locator_params(axis="x", nbins=6, integer=True)
    axes.set_xlabel("epoch")
    axes.text(0, 1 + 0.08 / _HEIGHT, key, size=NORMAL, color=INK, transform=axes.transAxes)


def _legend(figure: "Figure", names: list[str], palette: list[str], columns: int) -> None:
    """Below the panels, where it covers nothing."""
    height = figure.get_size_inches()[1]
    for place, (name, color) in enumerate(zip(names, palette, strict=False)):
        row, column = divmod(place, columns)
        x, y = 0.2 + column * _STEP, 1 - (HEADER + _HEIGHT + 0.95 + row * _LINE) / height
        figure.text(x / WIDTH, y, "━", size=NORMAL, color=color, va="center", weight="bold")
        longest = _NARROW if columns > 1 else 2 * _NARROW
        figure.text((x + 0.22) / WIDTH, y, short(name, longest), size=SMALL, color=INK, va="center")
