"""How familiar strange images look to the model, beside test images: what the areas under the ROC curve sum up.

In: what the model says of test images and of each strange set. Out: one chart per score, a ridge per set.
Not here: making strange images (metrics/shifts.py), areas in the summary (metrics/ood.py).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.detection_scores import auroc
from ssvae.evaluation.metrics.ood import not_asked, ood_predictions, scores_of
from ssvae.evaluation.plots.style import (
    BLUE,
    GRAY,
    HEADER,
    INK,
    NORMAL,
    ORANGE,
    SMALL,
    add_axes,
    new_figure,
)
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["OOD_SCORES", "provide"]

_COLUMNS = 2
_LEFT, _WIDTH, _STEP_X = 1.0, 2.75, 3.35
_ROW = 0.27
"""Inches from one ridge to the next."""
_TOP = HEADER + 0.5
"""Inches above the first charts: their note has two lines."""
_BETWEEN = 0.9
"""Inches between charts, for a name above and the axis below."""
_BINS = 60
_HEIGHT = 0.85
"""Of the highest ridge, in rows."""
_MEANINGS = {
    "max_class_prob": "largest p(y|x)",
    "certainty": "largest q(c|x) · largest τ of c",
    "component_sureness": "minus the entropy of q(c|x), nats",
    "elbo": "lower bound on log p(x), nats",
}


def provide(context: EvaluationContext) -> ComponentResult:
    """Test images as the upper ridge, each strange set below with its area."""
    known = scores_of(context, context.predictions["test"])
    strange = {name: scores_of(context, found) for name, found in ood_predictions(context).items()}
    if not strange:
        return ComponentResult.disabled("evaluation.shifts is none", "evaluation.shifts=all")
    chart, rows = _ROW * (len(strange) + 1), -(-len(known) // _COLUMNS)
    figure = new_figure(
        _TOP + rows * (chart + _BETWEEN) - 0.25, "How familiar strange images look", _note(context)
    )
    for place, score in enumerate(known):
        row, column = divmod(place, _COLUMNS)
        top = _TOP + row * (chart + _BETWEEN)
        axes = add_axes(figure, _LEFT + column * _STEP_X, top, _WIDTH, chart)
        _draw(axes, known[score], {name: found[score] for name, found in strange.items()})
        _name_rows(axes, list(strange) if column == 0 else [])
        axes.set_xlabel(_MEANINGS.get(score, score))
        axes.text(0, 1 + 0.07 / chart, score, size=NORMAL, color=INK, transform=axes.transAxes)
    return ComponentResult.success(
        {"sets": list(strange), "scores": list(known), "num_test": len(context.dataset.test)},
        {"ood_scores": figure},
    )


def _note(context: EvaluationContext) -> str:
    """How to read a ridge, and where the score is that would take too long for every image."""
    note = (
        "farther right is more familiar, what lies beyond an end is counted there; number: AUROC, 0.5 is chance"
        "\neach ridge is scaled to its own maximum"
    )
    return note + "; log p(x) is in the table only" * (context.settings.importance_samples > 0)


def _draw(
    axes: "Axes",
    known: Float[np.ndarray, " example"],
    strange: Mapping[str, np.ndarray],
) -> None:
    """Ridges from above; the median of test images as a line through all of them."""
    from matplotlib.ticker import MaxNLocator

    sets = [known, *strange.values()]
    edges = _edges(known, sets)
    for row, values in enumerate(sets):
        counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)
        heights = row - _HEIGHT * counts / max(counts.max(), 1)  # the axis runs downwards
        color = ORANGE if row else BLUE
        axes.stairs(heights, edges, baseline=row, fill=True, color=color, alpha=0.75)
        if row:
            text = f"{auroc(known, values):.2f}"
            axes.text(1.01, row - 0.3, text, size=SMALL, color=INK, transform=axes.get_yaxis_transform())
    middle = float(np.median(known))
    axes.plot([middle, middle], [-1, len(sets) - 1], color=GRAY, linestyle=":", linewidth=1.2)
    margin = 0.01 * (edges[-1] - edges[0])
    axes.set(xlim=(edges[0] - margin, edges[-1] + margin), ylim=(len(sets) - 0.9, -1))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.ticklabel_format(axis="x", useOffset=False)
    axes.grid(visible=False, axis="y")


def _edges(known: Float[np.ndarray, " example"], sets: Sequence[np.ndarray]) -> Float[np.ndarray, " edge"]:
    """Equal bins over the middle of each set, as long as the test images keep more than one bin."""
    ends = [
        np.quantile(values[np.isfinite(values)], (0.01, 0.99)) for values in sets if np.isfinite(values).any()
    ]
    low, high = np.min(ends, initial=np.inf), np.max(ends, initial=-np.inf)
    if np.isfinite(known).any():
        least, most = np.quantile(known[np.isfinite(known)], (0.01, 0.99))
        reach = _FAR * (most - least) if most > least else np.inf
        low, high = max(low, least - reach), min(high, most + reach)
    if not high - low > _ROUNDING * max(abs(low), abs(high), 1.0):
        low, high = (low - 0.5, low + 0.5) if np.isfinite(low) else (0.0, 1.0)
    return np.linspace(low, high, _BINS + 1)


_ROUNDING = 1e-6
"""Scores nearer each other than this are one number computed in several ways."""
_FAR = 8.0
"""Widths of the test images' scores that are shown to either side of them."""


def _name_rows(axes: "Axes", names: list[str]) -> None:
    """Sets beside the left charts; the right ones stand in the same order."""
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    for row, name in enumerate(["test images", *(name.replace("_", " ") for name in names)] if names else []):
        axes.text(
            -0.08 / _WIDTH,
            row - 0.3,
            name,
            size=SMALL,
            color=INK,
            ha="right",
            va="baseline",
            transform=axes.get_yaxis_transform(),
        )


OOD_SCORES = Component(
    title="Familiarity of strange images",
    provide=provide,
    not_asked=not_asked,
    meanings={
        "sets": "sets of strange images, as in the component ood",
        "scores": "scores drawn; higher is more familiar",
        "num_test": "test images they stand beside",
    },
    references={"scores": "Hanley & McNeil 1982 (the area written beside each set)"},
)
