"""Many images as one: a single picture draws twenty times as fast as one set of axes per image.

In: images in [0, 1], by row and column. Out: one array, drawn on given axes. Not here: which images.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.plots.style import INK, SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_mosaic", "draw_value_mosaic", "name_rows", "proportion", "tile"]

BACKGROUND = 1.0
"""White between the images, as the page around them."""


def tile(
    images: Float[np.ndarray, "row column height width channel"], background: float = BACKGROUND
) -> np.ndarray:
    """The images side by side with gaps of an eighth of their height, at least one pixel.

    Args:
        images: By row and column.
        background: The value of the gaps.

    Returns:
        (height, width, 3) for three channels, else (height, width): the mean over channels.
    """
    rows, columns, height, width, channels = images.shape
    gap = _gap(height)
    framed = np.full((rows, columns, height + gap, width + gap, channels), background, dtype=np.float32)
    framed[:, :, :height, :width] = images
    # (row, column, height, width, channel) → (row·height, column·width, channel)
    mosaic = framed.transpose(0, 2, 1, 3, 4).reshape(rows * (height + gap), columns * (width + gap), channels)
    mosaic = mosaic[:-gap, :-gap]  # nothing follows the last row and column
    return mosaic if channels == 3 else mosaic.mean(axis=-1)


def draw_mosaic(axes: "Axes", images: Float[np.ndarray, "row column height width channel"]) -> None:
    """Draw the images so that data coordinates count them: image (r, c) is centered at x = c, y = r.

    Rows run downwards. The axes' box keeps its size: choose it in the proportions of the mosaic.
    """
    _show(axes, np.clip(tile(images), 0.0, 1.0), images.shape, "gray", 1.0)


def draw_value_mosaic(
    axes: "Axes", values: Float[np.ndarray, "row column height width 1"], colormap: str, largest: float
) -> None:
    """The same for values that are no brightness: colors from 0 to `largest`, the page's white between the images."""
    _show(axes, tile(values, background=math.nan), values.shape, colormap, largest)


def proportion(rows: int, columns: int, height: int, width: int) -> float:
    """Height of a mosaic over its width, in pixels: in a box of this form its pixels are squares."""
    gap = _gap(height)
    return (rows * (height + gap) - gap) / (columns * (width + gap) - gap)


def name_rows(axes: "Axes", names: Sequence[str]) -> None:
    """Write a name to the left of each row of a mosaic."""
    for row, name in enumerate(names):
        axes.text(-0.6, row, name, size=SMALL, color=INK, ha="right", va="center")


def _show(axes: "Axes", mosaic: np.ndarray, shape: tuple[int, ...], colormap: str, largest: float) -> None:
    rows, columns, height, width = shape[:4]
    margin_x, margin_y = width / (width + _gap(height)) / 2, height / (height + _gap(height)) / 2
    axes.imshow(
        mosaic,
        cmap=colormap,
        vmin=0.0,
        vmax=largest,
        interpolation="nearest",
        aspect="auto",
        extent=(-margin_x, columns - 1 + margin_x, rows - 1 + margin_y, -margin_y),
    )


def _gap(height: int) -> int:
    return max(1, height // 8)
