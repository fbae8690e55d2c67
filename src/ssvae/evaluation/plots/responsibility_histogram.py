"""How sure the model is of the component of an image.

In: responsibilities of the validation images. Out: two histograms. Not here: means (metrics/mixture_prior.py).
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.responsibilities import confidence, entropy
from ssvae.evaluation.plots.style import BLUE, GRAY, INK, ORANGE, SMALL, add_axes, new_figure
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RESPONSIBILITY_HISTOGRAM", "provide"]

_BINS = 25
_WIDTH, _HEIGHT, _TOP = 3.2, 1.9, 0.95
_SURE = 0.9
"""From here a component may be said to have an image for itself."""


def provide(context: EvaluationContext) -> ComponentResult:
    """The largest responsibility of each image, and the entropy of all of them."""
    found = context.predictions["validation"].responsibilities
    largest, uncertainty = found.max(axis=1).astype(np.float64), entropy(found)
    num_components = found.shape[1]
    figure = new_figure(
        3.35,
        "How sure the component of an image is",
        f"{len(found):,} validation images; dashed: their mean, dotted: the least sure that "
        f"{num_components} components can be",
    )
    left = add_axes(figure, 0.65, _TOP, _WIDTH, _HEIGHT)
    _draw(left, largest, (0.0, 1.0), least_sure=1 / num_components)
    left.set(xlabel="largest q(c|x): 1 is certain", ylabel="share of images")
    right = add_axes(figure, 4.6, _TOP, _WIDTH, _HEIGHT)
    _draw(right, uncertainty, (0.0, math.log(num_components)), least_sure=math.log(num_components))
    right.set(xlabel="entropy of q(c|x) in nats: 0 is certain", ylabel="share of images")
    return ComponentResult.success(
        {
            "confidence": confidence(found),
            "mean_entropy": float(uncertainty.mean()),
            "share_sure": float(np.mean(largest >= _SURE)),
        },
        {"responsibility_histogram": figure},
    )


def _draw(
    axes: "Axes", values: Float[np.ndarray, " example"], limits: tuple[float, float], *, least_sure: float
) -> None:
    """Shares of images over equal bins, with the mean and the worst case."""
    counts, edges = np.histogram(np.clip(values, *limits), bins=_BINS, range=limits)
    axes.stairs(counts / len(values), edges, fill=True, color=BLUE, alpha=0.85)
    axes.axvline(float(values.mean()), color=ORANGE, linestyle="--", linewidth=1.4)
    axes.axvline(least_sure, color=GRAY, linestyle=":", linewidth=1.4)
    margin = 0.02 * (limits[1] - limits[0])
    axes.set(xlim=(limits[0] - margin, limits[1] + margin), ylim=(0, None))
    axes.text(
        0, 1 + 0.07 / _HEIGHT, f"mean {values.mean():.2f}", size=SMALL, color=INK, transform=axes.transAxes
    )


RESPONSIBILITY_HISTOGRAM = Component(
    title="Certainty of components",
    provide=provide,
    absence=needs_components,
    meanings={
        "confidence": "mean of the largest q(c|x) over validation images, from 1/K to 1; higher is surer",
        "mean_entropy": "mean entropy of q(c|x) over validation images, in nats, from 0 (certain) to log K",
        "share_sure": f"share of validation images whose largest q(c|x) is at least {_SURE}",
    },
)
