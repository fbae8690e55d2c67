"""Which dimensions of the code are paid for, and which vary from image to image.

In: KL per dimension and means of q(z|x) of validation images. Out: two charts of bars, dimensions sorted by KL.
Not here: lists of numbers (metrics/latent_code.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.latent_scores import ACTIVE_VARIANCE, active_units, variance_of_means
from ssvae.evaluation.plots.style import BLUE, GRAY, HEADER, INK, PALE, SMALL, add_axes, new_figure
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LATENT_DIMENSIONS", "kl_of_dimensions", "provide"]

_LEFT, _WIDTH, _HEIGHT = 0.65, 7.2, 1.45
_STEP = 1.95
_MAX_NAMES = 30
"""More dimensions than this are named at intervals."""
_FLOOR = 1e-5
"""Where the logarithmic axis of variances begins: far below any dimension in use."""


def provide(context: EvaluationContext) -> ComponentResult:
    """KL above, variance of the means below."""
    cost, variances = kl_of_dimensions(context), variance_of_means(context.predictions["validation"].mean)
    active, order = active_units(variances), np.argsort(-cost, kind="stable")
    figure = new_figure(
        HEADER + 2 * _STEP + 0.35,
        "Dimensions of the code, validation images",
        f"{active.sum()} of {len(active)} active (blue): the mean of q(z|x) varies; gray ones say nothing of the "
        "image",
    )
    upper = add_axes(figure, _LEFT, HEADER + 0.25, _WIDTH, _HEIGHT)
    _draw_bars(upper, np.maximum(cost[order], 0.0), active[order], floor=0.0)
    upper.set(ylim=(0, None), ylabel="nats")
    upper.tick_params(labelbottom=False)
    _title(upper, f"mean KL per image, {cost.sum():.2f} nats together")
    lower = add_axes(figure, _LEFT, HEADER + 0.25 + _STEP, _WIDTH, _HEIGHT)
    lower.set_yscale("log")
    _draw_bars(lower, np.maximum(variances[order], _FLOOR), active[order], floor=_FLOOR)
    lower.axhline(ACTIVE_VARIANCE, color=GRAY, linestyle="--", linewidth=1.2)
    lower.set(ylim=(_FLOOR, max(10.0, 2 * float(variances.max()))), ylabel="variance")
    lower.set(xlabel="dimension of z, sorted by KL")
    _title(lower, f"variance of the mean of q(z|x) over images; dashed: active above {ACTIVE_VARIANCE:g}")
    for axes in (upper, lower):
        _name_bars(axes, order)
    return ComponentResult.success(
        {
            "active_units": int(active.sum()),
            "kl_of_dimensions": cost.tolist(),
            "largest_share": float(cost.max() / cost.sum()) if cost.sum() > 0 else None,
        },
        {"latent_dimensions": figure},
    )


def kl_of_dimensions(context: EvaluationContext) -> Float[np.ndarray, " latent"]:
    """Mean over validation images of Σ_c q(c|x) KL(q(z_d|x,c) ‖ p(z_d|c)), nats per dimension d."""
    return context.predictions["validation"].kl_dimensions.mean(axis=0, dtype=np.float64)


def _draw_bars(
    axes: "Axes", heights: Float[np.ndarray, " latent"], active: Bool[np.ndarray, " latent"], floor: float
) -> None:
    """One polygon for active dimensions, one for the others."""
    for chosen, color in ((active, BLUE), (~active, PALE)):
        places = np.flatnonzero(chosen)[:, None]
        if len(places):
            corners = places + np.array([-0.4, -0.4, 0.4, 0.4])
            tops = np.where([False, True, True, False], heights[chosen][:, None], floor)
            axes.fill(corners.ravel(), tops.ravel(), color=color, linewidth=0)
    axes.set_xlim(-0.7, len(heights) - 0.3)
    axes.grid(visible=False, axis="x")


def _title(axes: "Axes", text: str) -> None:
    axes.text(0, 1 + 0.08 / _HEIGHT, text, size=SMALL, color=INK, transform=axes.transAxes)


def _name_bars(axes: "Axes", order: Int[np.ndarray, " latent"]) -> None:
    step = -(-len(order) // _MAX_NAMES)
    axes.set_xticks(range(0, len(order), step), [str(d) for d in order[::step].tolist()])


LATENT_DIMENSIONS = Component(
    title="Dimensions of the code",
    provide=provide,
    meanings={
        "active_units": "dimensions whose mean of q(z|x) has a variance over validation images above 0.01",
        "kl_of_dimensions": "mean KL of each dimension over validation images, in nats, dimensions in order; sums to "
        "kl_z_validation",
        "largest_share": "share of the whole KL that the dearest dimension takes, from 0 to 1; null without KL",
    },
    references={"active_units": "Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519"},
)
