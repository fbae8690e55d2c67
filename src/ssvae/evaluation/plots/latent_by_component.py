"""The latent space, colored by component: where each one sits, and which of them nothing uses.

In: posterior means and responsibilities of held-out images, the prior's means. Out: one scatter.
Not here: drawing its dots (latent_scatter.py).
"""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.responsibilities import active_components
from ssvae.evaluation.plots.labels import write_apart
from ssvae.evaluation.plots.latent_scatter import HELD_OUT, draw_scatter, held_out
from ssvae.evaluation.plots.style import BLUE, GRAY, INK, PALE
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LATENT_BY_COMPONENT", "provide"]

_MAX_NAMES = 30
"""More components than this are drawn without numbers, and in two groups: active or not."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Draw held-out codes by their most probable component, and the components' means as crosses."""
    scatter = held_out(context)
    responsibilities = np.concatenate([context.predictions[split].responsibilities for split in HELD_OUT])
    groups = responsibilities.argmax(axis=1)[scatter.rows]
    active = active_components(context.usage())
    is_many = len(active) > _MAX_NAMES
    figure, axes = draw_scatter(
        scatter,
        (~active[groups]).astype(int) if is_many else groups,
        ["active", "not active"] if is_many else [str(c) for c in range(len(active))],
        title="Latent space by component",
        legend_title="component of\nlargest q(c|x)" if is_many else "largest q(c|x)",
        note="; × is the mean of p(z|c), gray if not active",
        shades=(BLUE, PALE) if is_many else None,
    )
    outside = _draw_means(axes, scatter.projection(context.prior.means), active)
    return ComponentResult.success(
        {
            "points": len(scatter.points),
            "components_shown": len(np.unique(groups)),
            "means_outside": outside,
        },
        {"latent_by_component": figure},
    )


def _draw_means(
    axes: "Axes", means: Float[np.ndarray, "component 2"], active: Bool[np.ndarray, " component"]
) -> int:
    """Crosses with numbers, gray for components that are not active. Returns how many lie off the picture."""
    low, high = _limits(axes, means)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    inside = np.all((means >= low) & (means <= high), axis=1)
    line = 2.0 if len(means) <= _MAX_NAMES else 1.0  # points; many large crosses would cover the dots
    for is_active, color in ((False, GRAY), (True, INK)):
        chosen = means[inside & (active == is_active)]
        if len(chosen):
            for width, shade in ((2 * line, "white"), (line, color)):  # the white one keeps it visible
                axes.plot(
                    *chosen.T,
                    "x",
                    markersize=4 * line + width / 2,
                    markeredgewidth=width,
                    color=shade,
                    zorder=4,
                )
    numbers = np.flatnonzero(inside)
    if len(means) <= _MAX_NAMES:
        box = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
        write_apart(
            axes, means[numbers], [str(c) for c in numbers], mark=9.0, weight="bold", color=INK, bbox=box
        )
    return int((~inside).sum())


def _limits(axes: "Axes", means: Float[np.ndarray, "component 2"]) -> tuple[np.ndarray, np.ndarray]:
    """Room for the dots and for means up to half a picture away; farther ones would shrink the dots."""
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    reach = (high - low) / 2
    margin = (high - low) * 0.03
    return (
        np.minimum(low, np.maximum(means.min(axis=0), low - reach) - margin),
        np.maximum(high, np.minimum(means.max(axis=0), high + reach) + margin),
    )


LATENT_BY_COMPONENT = Component(
    title="Latent space by component",
    provide=provide,
    absence=needs_components,
    meanings={
        "points": "validation and test images drawn",
        "components_shown": "components that are the most probable one for at least one of them",
        "means_outside": "component means so far from all codes that they lie off the picture",
    },
)
