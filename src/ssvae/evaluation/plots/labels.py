"""Words written into a picture so that none covers another.

In: axes with final limits, points, texts. Out: texts on the axes. Not here: axis labels and titles (style.py).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.plots.style import NORMAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["write_apart"]


def write_apart(
    axes: "Axes",
    points: Float[np.ndarray, "label 2"],
    texts: Sequence[str],
    *,
    mark: float = 0.0,
    **style: Any,
) -> None:
    """Write each text at its point, in the first of some places near it where it covers nothing.

    Args:
        axes: With final limits, in a figure of final size.
        points: In data coordinates.
        texts: One per point.
        mark: Size in points of a mark drawn at each point, which no text may cover. With 0 a text may
            stand on its point.
        style: Goes to matplotlib's text.
    """
    axes.get_xlim()  # matplotlib finds the limits only when somebody asks
    centers = (axes.transData.transform(points) * 72 / axes.figure.dpi).tolist()  # in points, as type is
    height = NORMAL * 1.25
    taken = [(x - mark / 2, y - mark / 2, x + mark / 2, y + mark / 2) for x, y in centers] if mark else []
    for (x, y), text in zip(centers, texts, strict=True):
        width = 0.7 * NORMAL * len(text) + 2
        boxes = [
            (x + dx - width / 2, y + dy - height / 2, x + dx + width / 2, y + dy + height / 2)
            for dx, dy in _offsets((width + mark) / 2, (height + mark) / 2)
        ]
        box = next((box for box in boxes if not any(_overlap(box, other) for other in taken)), boxes[0])
        taken.append(box)
        axes.annotate(
            text,
            xy=(x, y),
            xycoords="figure points",
            xytext=((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
            textcoords="figure points",
            ha="center",
            va="center_baseline",
            size=NORMAL,
            **style,
        )


def _offsets(beside: float, above: float) -> list[tuple[float, float]]:
    """Where a text's center may stand from its point: on it, then around it in growing rings."""
    ways = ((1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
    return [(0.0, 0.0)] + [
        (x * (beside + reach), y * (above + reach)) for reach in (0.0, 4.0, 9.0, 15.0, 22.0) for x, y in ways
    ]


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
