"""The loss over the epochs: the total, each term, the weights that rise, accuracy, the steps that led there.

In: the history. Out: one sheet of panels. Not here: numbers at the end (metrics/training.py).
"""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.plots.style import (
    BLUE,
    GRAY,
    HEADER,
    INK,
    NORMAL,
    ORANGE,
    PALE,
    SMALL,
    WIDTH,
    add_axes,
    new_figure,
)
from ssvae.model.terms import TERMS, TOTAL
from ssvae.status import ComponentResult
from ssvae.training.history import weight_key

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LOSS_CURVES", "provide"]

_COLUMNS = 3
_LEFT, _WIDTH, _HEIGHT = 0.6, 2.0, 1.4
_STEP_X, _STEP_Y = 2.62, 2.2
"""Inches from one panel to the next; what they leave between panels is room for labels."""
_TITLE = 0.45
"""Inches above a panel, for its name and its unit."""

_FOOTNOTE = (
    f"{TOTAL} of validation images sums the terms of the bound alone, with both KL weights at their final value,"
    "\nso that epochs can be compared: it may lie below the curve of the training images."
)


def provide(context: EvaluationContext) -> ComponentResult:
    """One panel per quantity that was measured and is not 0 throughout."""
    if not context.history:
        return ComponentResult.failed("the history has no epoch, so that there is no curve to draw")
    panels = _panels(context)
    rows = -(-len(panels) // _COLUMNS)
    best = context.best_epoch
    height = HEADER + rows * _STEP_Y + 0.65
    note = "solid blue: training images, dashed orange: validation images"
    if best is not None:
        note += f", dotted: epoch {best}, best by {context.training.monitor}"
    figure = new_figure(height, "Loss terms over the epochs", note)
    figure.text(0.12 / WIDTH, 0.12 / height, _FOOTNOTE, size=SMALL, color=GRAY, va="bottom")
    epochs = context.curve("epoch")
    for place, panel in enumerate(panels):
        row, column = divmod(place, _COLUMNS)
        top = HEADER + _TITLE + row * _STEP_Y
        axes = add_axes(figure, _LEFT + column * _STEP_X, top, _WIDTH, _HEIGHT)
        _draw(axes, epochs, panel)
        if place + _COLUMNS >= len(panels):  # nothing below it: the column's axis
            axes.set_xlabel("epoch")
        if best is not None:
            axes.axvline(best, color=GRAY, linestyle=":", linewidth=1.2, zorder=1)
    return ComponentResult.success(
        {"epochs": len(epochs), "best_epoch": best, "panels": [panel.title for panel in panels]},
        {"loss_curves": figure},
    )


@dataclasses.dataclass(frozen=True)
class _Panel:
    title: str
    unit: str
    solid: Float[np.ndarray, " epoch"] | None
    dashed: Float[np.ndarray, " epoch"] | None
    colors: tuple[str, str] = (BLUE, ORANGE)
    line: float | None = None
    """Height of a gray dashed line across."""

    @property
    def curves(self) -> list[tuple[str, str, np.ndarray]]:
        """(color, line style, values) of the curves that were measured and are more than a constant 0."""
        pairs = zip(self.colors, ("-", "--"), (self.solid, self.dashed), strict=True)
        return [
            (color, style, curve)
            for color, style, curve in pairs
            if curve is not None and np.any(np.isfinite(curve) & (curve != 0))
        ]


def _panels(context: EvaluationContext) -> list[_Panel]:
    """The total, the terms in the order of their table, the weights that rise, accuracy, steps."""
    panels = [_Panel(TOTAL, "nats per image", context.curve(TOTAL), context.curve(f"{TOTAL}.val"))]
    for key, term in TERMS.items():
        if term.absence(context.config) is None:
            title = f"{key} (weight {getattr(context.config.model, term.weight):g})"
            panels.append(_Panel(title, term.unit, context.curve(key), context.curve(f"{key}.val")))
    panels += _weight_panel(context)
    panels.append(_Panel("metric.accuracy", "share recognized", None, context.curve("metric.accuracy.val")))
    panels += [*_rate_panel(context), _gradient_panel(context)]
    return [panel for panel in panels if panel.curves]


def _weight_panel(context: EvaluationContext) -> list[_Panel]:
    """β over the epochs, when it changes at all."""
    keys = [weight_key(key) for key in ("loss.kl.z", "loss.kl.c")]
    z, c = (context.curve(key) for key in keys)
    if not any(len(np.unique(curve[np.isfinite(curve)])) > 1 for curve in (z, c)):
        return []
    return [_Panel(f"{keys[0]}, {keys[1]} (dashed)", "weight", z, c, colors=(INK, PALE))]


def _rate_panel(context: EvaluationContext) -> list[_Panel]:
    """The learning rate, when it changes at all."""
    rate = context.curve("learning_rate")
    if len(np.unique(rate[np.isfinite(rate)])) < 2:
        return []
    return [_Panel("learning_rate", "per step", rate, None, colors=(INK, PALE))]


def _gradient_panel(context: EvaluationContext) -> _Panel:
    """The norm before clipping, and the norm that is clipped to where the curve comes near it."""
    norm, clip = context.curve("gradient.norm"), context.training.gradient_clip
    if clip is None:
        return _Panel("gradient.norm", "never clipped", norm, None)
    is_near = bool(np.any(norm > clip / _NEAR))
    clipped = context.curve("gradient.clipped")
    share = f"{np.nanmean(clipped):.0%} of steps " if np.isfinite(clipped).any() else ""
    unit = f"{share}clipped to {clip:g}{' (dashed)' * is_near}"
    return _Panel("gradient.norm", unit, norm, None, line=clip if is_near else None)


_NEAR = 3.0
"""A line farther above a curve than this many times its height would flatten it."""


def _draw(axes: "Axes", epochs: Float[np.ndarray, " epoch"], panel: _Panel) -> None:
    from matplotlib.ticker import MaxNLocator

    curves = panel.curves
    values = np.concatenate([curve[np.isfinite(curve)] for _, _, curve in curves])
    scale, unit = (1e3, f"10⁻³ {panel.unit}") if np.abs(values).max() < _SMALL_VALUE else (1.0, panel.unit)
    if panel.line is not None:
        values = np.append(values, panel.line)
        axes.axhline(scale * panel.line, color=GRAY, linestyle="--", linewidth=1.2, zorder=1)
    for color, style, curve in curves:
        marker = "o" if len(epochs) == 1 else None
        axes.plot(epochs, scale * curve, style, color=color, linewidth=1.4, marker=marker, markersize=4)
    _scale_height(axes, scale * values)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.set(xlim=(0, 1.02 * epochs.max()))
    axes.text(0, 1 + 0.22 / _HEIGHT, panel.title, size=NORMAL, color=INK, transform=axes.transAxes)
    axes.text(0, 1 + 0.07 / _HEIGHT, unit, size=SMALL, color=GRAY, transform=axes.transAxes)


def _scale_height(axes: "Axes", values: Float[np.ndarray, " value"]) -> None:
    """A vertical axis that shows more than the first epochs, with ticks of few digits."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

    low, high = values.min(), values.max()
    if low > 0 and high > _WIDE * low:
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        return
    axes.yaxis.set_major_locator(MaxNLocator(4))
    least = _NARROW * max(abs(low), abs(high))
    if high - low < least:
        axes.set_ylim((low + high - least) / 2, (low + high + least) / 2)


_WIDE = 30
"""Ratio of largest to smallest value from which a linear axis shows only the first epochs."""
_NARROW = 0.01
"""Least height of a linear axis as a share of the values: a change below it is no change, and needs many digits."""
_SMALL_VALUE = 0.1
"""Curves below this are drawn in thousandths: tick labels of many digits would run into the next panel."""

LOSS_CURVES = Component(
    title="Loss curves",
    provide=provide,
    meanings={
        "epochs": "epochs drawn",
        "best_epoch": "the epoch where the monitored quantity was best",
        "panels": "the quantities drawn, those that were measured and are not 0 throughout",
    },
)
