"""How every figure looks: size, type, colors that color-blind readers can tell apart.

In: sizes in inches. Out: figures and axes without pyplot, so that nothing is drawn before it is saved.
Not here: what is drawn. matplotlib is imported inside functions: the table of plots must be cheap to read.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "FAINT",
    "GRAY",
    "HEADER",
    "INK",
    "NORMAL",
    "ORANGE",
    "PALE",
    "SEQUENTIAL",
    "SMALL",
    "WIDTH",
    "add_axes",
    "add_color_bar",
    "colors",
    "markers",
    "new_figure",
]

WIDTH = 8.0
"""Inches. At the usual 110 dots per inch as wide as a report's text, so that type keeps its size."""
HEADER = 0.7
"""Inches above the axes, for the title and the line below it."""
SMALL, NORMAL, LARGE = 8, 9, 12
"""Points."""

INK, GRAY, PALE, FAINT = "#222222", "#6b6b6b", "#a0a0a0", "#e4e4e4"
BLUE, ORANGE = "#0072B2", "#D55E00"
SEQUENTIAL = "Blues"
"""Colors of values from none to much: lightness alone tells them apart. White is none, as the page."""

_BAR = 0.15
"""Inches of width of a color bar."""

_PALETTE = (
    *(BLUE, ORANGE, "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442"),
    *("#7A1FD6", "#6B3A0E"),
)
"""Eight colors of Okabe & Ito 2008 (Color universal design), then a violet and a brown.

Under simulated protanopia, deuteranopia and tritanopia (Machado et al. 2009) the closest pair of the
ten is as far apart as that of the eight: 16 units of CIELAB.
"""
_MARKERS = {
    "o": 4.5,
    "s": 4.0,
    "^": 4.8,
    "D": 3.6,
    "v": 4.8,
    "<": 4.8,
    ">": 4.8,
    "p": 5.0,
    "P": 5.0,
    "*": 6.5,
}
"""Marker → size in points at which it looks as large as the others."""


def new_figure(height: float, title: str, note: str = "", width: float = WIDTH) -> "Figure":
    """An empty white figure with its title, and a gray line under it that says what is shown."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    left = 0.12 / width
    figure.text(left, 1 - 0.12 / height, title, size=LARGE, weight="bold", color=INK, va="top")
    figure.text(left, 1 - 0.38 / height, note, size=NORMAL, color=GRAY, va="top")
    return figure


def add_axes(
    figure: "Figure", left: float, top: float, width: float, height: float, *, is_image: bool = False
) -> "Axes":
    """Axes at a place given in inches from the upper left corner; without frame or ticks for an image."""
    full_width, full_height = figure.get_size_inches()
    box = (left / full_width, 1 - (top + height) / full_height, width / full_width, height / full_height)
    axes = figure.add_axes(box)
    if is_image:
        axes.set_axis_off()
        return axes
    axes.tick_params(labelsize=SMALL, colors=INK, length=3)
    axes.xaxis.label.set(size=NORMAL, color=INK)
    axes.yaxis.label.set(size=NORMAL, color=INK)
    # A place in inches saves matplotlib from measuring every tick label twice.
    axes.xaxis.set_label_coords(0.5, -0.25 / height)
    axes.yaxis.set_label_coords(-0.44 / width, 0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def add_color_bar(
    figure: "Figure",
    left: float,
    top: float,
    height: float,
    label: str,
    *,
    colormap: "Colormap | str" = SEQUENTIAL,
    limits: tuple[float, float] = (0.0, 1.0),
) -> "Axes":
    """A vertical bar 0.15 inches wide that tells the values of colors, from `limits[0]` up, its label above it.

    matplotlib's own takes ten times as long.
    """
    axes = add_axes(figure, left, top, _BAR, height)
    ramp = np.linspace(*limits, 128)[:, None]
    axes.imshow(
        ramp, cmap=colormap, aspect="auto", interpolation="nearest", origin="lower", extent=(0, 1, *limits)
    )
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.yaxis.tick_right()
    axes.text(0, 1 + 0.07 / height, label, size=SMALL, color=INK, transform=axes.transAxes)
    return axes


def colors(count: int) -> list[str]:
    """`count` colors; beyond ten they repeat, with another marker."""
    return [_PALETTE[i % len(_PALETTE)] for i in range(count)]


def markers(count: int) -> list[tuple[str, float]]:
    """`count` markers and their sizes: neighbors differ, and a color that repeats comes with another one."""
    known = list(_MARKERS.items())
    return [known[(i + i // len(_PALETTE)) % len(known)] for i in range(count)]
