"""What each component of the prior draws.

In: decoded draws from p(z|c). Out: one mosaic, a row per component. Not here: sampling (queries.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.plots.component_names import component_title, most_used
from ssvae.evaluation.plots.mosaic import draw_mosaic, name_rows, proportion
from ssvae.evaluation.plots.style import HEADER, WIDTH, add_axes, new_figure
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COMPONENT_SAMPLES", "provide"]

_Samples = Float[np.ndarray, "component sample height width channel"]

_MAX_ROWS = 40
_MAX_COLUMNS = 10
_ROWS_PER_BLOCK = 10
"""More components than this stand in two blocks side by side."""
_NAME = 1.05
"""Inches for a component's name."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Draw a row of images per component; with one component, rows of draws from the prior."""
    samples = context.queries.sample_components(context.settings.num_images)
    if len(samples) == 1:
        return _prior_samples(samples[0])
    samples = samples[:, :_MAX_COLUMNS]
    shown = most_used(context, _MAX_ROWS)
    total = len(samples)
    order = "sorted by the class that τ names (its probability)" if context.tau is not None else "by number"
    note = f"each row decodes draws from p(z|c); {order}"
    if len(shown) < total:
        note += f"; the {len(shown)} most used of {total}"
    figure = _blocks(context, samples, shown, note)
    return ComponentResult.success(
        {"components_shown": len(shown), "samples_per_component": samples.shape[1]},
        {"component_samples": figure},
    )


def _blocks(
    context: EvaluationContext, samples: _Samples, shown: Int[np.ndarray, " shown"], note: str
) -> "Figure":
    """One column of rows, or two side by side."""
    blocks = np.array_split(shown, 2 if len(shown) > _ROWS_PER_BLOCK else 1)
    columns, shape = samples.shape[1], samples.shape[2:4]
    block_width = WIDTH / len(blocks)
    width = min(block_width - _NAME - 0.2, columns * _LARGEST_CELL)
    heights = [width * proportion(len(block), columns, *shape) for block in blocks]
    figure = new_figure(HEADER + heights[0] + 0.2, "Samples of each component", note)
    for index, (block, height) in enumerate(zip(blocks, heights, strict=True)):
        left = index * block_width + _NAME + 0.1
        axes = add_axes(figure, left, HEADER + 0.1, width, height, is_image=True)
        draw_mosaic(axes, samples[block].astype(np.float32))
        name_rows(axes, [component_title(context, component) for component in block.tolist()])
    return figure


def _prior_samples(samples: Float[np.ndarray, "sample height width channel"]) -> ComponentResult:
    """All draws, ten to a row."""
    columns = min(len(samples), _MAX_COLUMNS)
    rows = len(samples) // columns
    grid = samples[: rows * columns].reshape(rows, columns, *samples.shape[1:])
    width = min(WIDTH - 0.3, columns * _LARGEST_CELL)
    height = width * proportion(rows, columns, *samples.shape[1:3])
    figure = new_figure(HEADER + height + 0.2, "Samples of the prior", "each image decodes a draw from p(z)")
    axes = add_axes(figure, 0.12, HEADER + 0.1, width, height, is_image=True)
    draw_mosaic(axes, grid.astype(np.float32))
    return ComponentResult.success(
        {"components_shown": 1, "samples_per_component": rows * columns}, {"component_samples": figure}
    )


_LARGEST_CELL = 0.75
"""Inches: small images gain nothing from being larger."""


COMPONENT_SAMPLES = Component(
    title="Samples of components",
    provide=provide,
    meanings={
        "components_shown": "rows of the figure; the most used ones when there are many",
        "samples_per_component": "draws shown of each",
    },
)
