"""Where the decoder expects to err, beside where it errs.

In: σ and mean images of test images. Out: a mosaic with a row of errors over a row of σ, and three small charts.
Not here: numbers (metrics/heteroscedastic.py).
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.evenly import evenly
from ssvae.evaluation.metrics.heteroscedastic import absence
from ssvae.evaluation.plots.mosaic import draw_mosaic, draw_value_mosaic, name_rows, proportion
from ssvae.evaluation.plots.reconstructions import one_per_class_first
from ssvae.evaluation.plots.style import (
    BLUE,
    GRAY,
    HEADER,
    INK,
    ORANGE,
    SEQUENTIAL,
    SMALL,
    WIDTH,
    add_axes,
    add_color_bar,
    new_figure,
)
from ssvae.likelihoods.recipes import HeteroscedasticConfig
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["SIGMA_MAPS", "binned_quartiles", "provide"]

_COLUMNS = 10
_LEFT, _RIGHT = 0.95, 0.8
_CELL = (WIDTH - _LEFT - _RIGHT) / _COLUMNS
_CHART_LEFT, _CHART_WIDTH, _CHART_HEIGHT, _CHART_STEP = 0.65, 1.95, 1.6, 2.65
_MOST_PIXELS = 200_000
"""More would not move a median that can be seen."""
_BINS = 12
_MEDIAN_OF_NORMAL = 0.6745
"""Median of |e| for e ~ N(0, 1): the errors expected of a right σ lie half below this times σ."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Images, mean images, errors and σ in columns; charts of all test images below."""
    likelihood, found = context.config.likelihood, context.predictions["test"]
    if not isinstance(likelihood, HeteroscedasticConfig) or found.pixel_std is None:
        raise ValueError(f"likelihood={likelihood.variant} gave no σ of each pixel.")
    test, levels = context.dataset.test, np.float32(context.dataset.levels)
    rows = one_per_class_first(test.labels, _COLUMNS)
    originals = test.images[rows] / levels
    block = len(rows) * _CELL * proportion(2, len(rows), *originals.shape[1:3])
    figure = new_figure(
        HEADER + 2 * block + _CHART_HEIGHT + 1.7,
        "Expected and actual errors of test images",
        "|error| = |x − E[x|z]| and σ on one scale, 1 is full brightness; beyond: darkest; channels averaged"
        + "; one σ per image" * (likelihood.granularity == "image"),
    )
    _draw_images(figure, np.stack([originals, found.mean_images[rows]]), test.labels[rows].tolist(), block)
    errors = np.abs(originals - found.mean_images[rows])
    largest = _draw_values(figure, np.stack([errors, found.pixel_std[rows]]), block)
    images = evenly(len(test.images), max(1, _MOST_PIXELS // test.images[0].size))
    residuals = test.images[images] / levels - found.mean_images[images]
    sigma = found.pixel_std[images].ravel().astype(np.float64)
    _draw_charts(figure, HEADER + 2 * block + 1.05, residuals.ravel().astype(np.float64), sigma, likelihood)
    return ComponentResult.success(
        {"images": len(rows), "test_rows": rows.tolist(), "largest_shown": largest}, {"sigma_maps": figure}
    )


def _draw_images(
    figure: "Figure",
    images: Float[np.ndarray, "2 column height width channel"],
    labels: list[int],
    block: float,
) -> None:
    axes = add_axes(figure, _LEFT, HEADER + 0.15, images.shape[1] * _CELL, block, is_image=True)
    draw_mosaic(axes, images.astype(np.float32))
    name_rows(axes, ("test image", "mean image"))
    for column, label in enumerate(labels):
        axes.text(
            column,
            1 + 0.04 / block,
            f"class {label}",
            size=SMALL,
            color=INK,
            ha="center",
            va="bottom",
            transform=axes.get_xaxis_transform(),
        )


_GAP = 0.1
"""Inches between the images and the values below them."""


def _draw_values(
    figure: "Figure", values: Float[np.ndarray, "2 column height width channel"], block: float
) -> float:
    """Errors over σ, colored by one scale that a few pixels do not stretch. Returns where it ends."""
    values = values.mean(axis=-1, keepdims=True).astype(np.float32)
    largest = max(float(np.quantile(values, _MOST)), 1e-6)
    top = HEADER + 0.15 + block + _GAP
    axes = add_axes(figure, _LEFT, top, values.shape[1] * _CELL, block, is_image=True)
    draw_value_mosaic(axes, values, SEQUENTIAL, largest)
    name_rows(axes, ("|error|", "σ"))
    left = _LEFT + values.shape[1] * _CELL + 0.12
    add_color_bar(figure, left, top + 0.25, block - 0.25, "|error|, σ", limits=(0.0, largest))
    return largest


_MOST = 0.995
"""Share of the pixels shown that lie within the scale."""


def _draw_charts(
    figure: "Figure",
    top: float,
    residuals: Float[np.ndarray, " pixel"],
    sigma: Float[np.ndarray, " pixel"],
    likelihood: HeteroscedasticConfig,
) -> None:
    """Errors against σ, the spread of σ between its bounds, errors in units of σ."""
    from matplotlib.ticker import MaxNLocator

    places = [_CHART_LEFT + column * _CHART_STEP for column in range(3)]
    first, second, third = (add_axes(figure, left, top, _CHART_WIDTH, _CHART_HEIGHT) for left in places)
    centers, quartiles = binned_quartiles(sigma, np.abs(residuals), _BINS)
    first.fill_between(centers, quartiles[:, 0], quartiles[:, 2], color=BLUE, alpha=0.2, linewidth=0)
    first.plot(centers, quartiles[:, 1], "o-", color=BLUE, markersize=3.5, linewidth=1.2)
    ends = np.array([0.0, 1.1 * centers.max()])
    first.plot(ends, _MEDIAN_OF_NORMAL * ends, color=GRAY, linestyle="--", linewidth=1.2)
    first.set(xlim=ends, ylim=(0, None), xlabel="σ", ylabel="|error|")
    first.yaxis.set_major_locator(MaxNLocator(4))
    _title(first, "median and middle half of errors;\ndashed: median expected of σ")
    _draw_histogram(second, sigma, (0.0, 1.05 * likelihood.sigma_max))
    for bound in (likelihood.sigma_min, likelihood.sigma_max):
        second.axvline(bound, color=GRAY, linestyle=":", linewidth=1.4)
    second.set(xlabel="σ", ylabel="density")
    _title(second, "σ of all pixels;\ndotted: its bounds")
    _draw_histogram(third, np.clip(residuals / sigma, -_FAR, _FAR), (-_FAR, _FAR))
    line = np.linspace(-_FAR, _FAR, 81)
    third.plot(
        line, np.exp(-(line**2) / 2) / math.sqrt(2 * math.pi), color=ORANGE, linestyle="--", linewidth=1.4
    )
    third.set(xlabel="(x − E[x|z]) / σ", ylabel="density")
    _title(third, "errors in units of σ;\ndashed: N(0, 1), as they should be")


_FAR = 4.0
"""Errors beyond this many σ are counted at the end of the axis."""


def _draw_histogram(axes: "Axes", values: Float[np.ndarray, " pixel"], limits: tuple[float, float]) -> None:
    counts, edges = np.histogram(values, bins=40, range=limits)
    axes.stairs(counts / max(counts.sum(), 1) / np.diff(edges), edges, fill=True, color=BLUE, alpha=0.6)
    axes.set(xlim=limits, ylim=(0, None))


def _title(axes: "Axes", text: str) -> None:
    axes.text(0, 1 + 0.08 / _CHART_HEIGHT, text, size=SMALL, color=INK, transform=axes.transAxes)


def binned_quartiles(
    by: Float[np.ndarray, " pixel"], values: Float[np.ndarray, " pixel"], bins: int
) -> tuple[Float[np.ndarray, " bin"], Float[np.ndarray, "bin 3"]]:
    """Mean of `by` and quartiles of `values` in bins of equally many; fewer than `bins` where `by` repeats itself."""
    edges = np.unique(np.quantile(by, np.linspace(0, 1, bins + 1)))
    places = np.searchsorted(edges[1:-1], by, side="right") if len(edges) > 2 else np.zeros(len(by), int)
    used = np.unique(places)
    centers = np.array([by[places == place].mean() for place in used])
    return centers, np.array([np.quantile(values[places == place], (0.25, 0.5, 0.75)) for place in used])


SIGMA_MAPS = Component(
    title="Maps of σ",
    provide=provide,
    absence=absence,
    meanings={
        "images": "test images shown",
        "test_rows": "their rows in the test split, counted from 0",
        "largest_shown": "error or σ at the end of the color scale, in units of full brightness",
    },
)
