"""What each dimension of the code draws, and what lies between two components or tells them apart.

In: codes along straight lines, decoded. Out: one mosaic of walks along dimensions, one of walks between components;
where all components share one p(z), the same codes under each of them instead.
Not here: the price of dimensions (latent_dimensions.py).
"""

import itertools
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.plots.component_names import component_title, most_used
from ssvae.evaluation.plots.latent_dimensions import kl_of_dimensions
from ssvae.evaluation.plots.mosaic import draw_mosaic, name_rows, proportion
from ssvae.evaluation.plots.style import GRAY, HEADER, NORMAL, SMALL, WIDTH, add_axes, new_figure
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "LATENT_TRAVERSALS",
    "codes_under_each_component",
    "provide",
    "walks_along_dimensions",
    "walks_between_components",
]

_MAX_DIMENSIONS, _MAX_PAIRS, _MAX_COMPONENTS = 8, 4, 10
STEPS = 11
"""Images per walk; odd, so that the middle of a dimension's walk is the place it starts from."""
REACH = 3.0
"""How far a walk goes to each side, in standard deviations of the prior: beyond lie 0.3% of it."""
_LEFT = 1.3
_CELL = (WIDTH - _LEFT - 0.15) / STEPS
_BETWEEN = 0.75
"""Inches between the two mosaics, for the steps below the first and the name of the second."""


def provide(context: EvaluationContext) -> ComponentResult:
    """The dearest dimensions around the most used component, then walks from it to the next ones."""
    by_use = np.argsort(-context.usage(), kind="stable")
    center, cost = int(by_use[0]), kl_of_dimensions(context)
    dimensions = np.argsort(-cost, kind="stable")[:_MAX_DIMENSIONS]
    is_tied = not context.config.prior.can_tell_components_apart
    below = most_used(context, _MAX_COMPONENTS) if is_tied else by_use[: _MAX_PAIRS + 1]
    second = codes_under_each_component if is_tied else walks_between_components
    parts = [walks_along_dimensions(context, center, dimensions), second(context, below)]
    codes = np.concatenate([codes for codes, _ in parts]).astype(np.float32)
    components = np.concatenate([components for _, components in parts])
    images = context.queries.decode(codes, components)
    images = images.reshape(-1, STEPS, *images.shape[1:])
    names = [f"z{d}: {cost[d]:.2f} nats" for d in dimensions.tolist()]
    figure = _draw(context, images, names, center, below)
    rows = len(images) - len(dimensions)
    return ComponentResult.success(
        {
            "dimensions": dimensions.tolist(),
            "center_component": center,
            "pairs": 0 if is_tied else rows,
            "components_compared": rows if is_tied else 0,
        },
        {"latent_traversals": figure},
    )


def walks_along_dimensions(
    context: EvaluationContext, center: int, dimensions: Int[np.ndarray, " dimension"]
) -> tuple[Float[np.ndarray, "row latent"], Int[np.ndarray, " row"]]:
    """Codes from −3σ to 3σ of p(z|c=center) along each dimension, the others at their mean; and the component."""
    mean, std = context.prior.means[center], context.prior.stds[center]
    codes = np.tile(mean.astype(np.float64), (len(dimensions), STEPS, 1))
    steps = np.linspace(-REACH, REACH, STEPS)
    for row, dimension in enumerate(dimensions):
        codes[row, :, dimension] += steps * std[dimension]
    return codes.reshape(-1, len(mean)), np.full(len(dimensions) * STEPS, center)


def walks_between_components(
    context: EvaluationContext, path: Int[np.ndarray, " stop"]
) -> tuple[Float[np.ndarray, "row latent"], Int[np.ndarray, " row"]]:
    """Codes on the lines from the mean of each component to that of the next, each with the nearer one's number."""
    means = context.prior.means.astype(np.float64)
    shares = np.linspace(0, 1, STEPS)
    starts, ends = path[:-1], path[1:]
    codes = means[starts][:, None] * (1 - shares)[:, None] + means[ends][:, None] * shares[:, None]
    components = np.where(shares <= 0.5, starts[:, None], ends[:, None])
    return codes.reshape(-1, means.shape[1]), components.ravel()


def codes_under_each_component(
    context: EvaluationContext, components: Int[np.ndarray, " shown"]
) -> tuple[Float[np.ndarray, "row latent"], Int[np.ndarray, " row"]]:
    """The same draws from the p(z) that all components share, for each component in turn, and its number."""
    mean, std = context.prior.means[0], context.prior.stds[0]
    draws = mean + std * np.random.default_rng(0).normal(size=(STEPS, len(mean)))
    return np.tile(draws, (len(components), 1)), np.repeat(components, STEPS)


def _draw(
    context: EvaluationContext,
    images: Float[np.ndarray, "row step height width channel"],
    names: list[str],
    center: int,
    components: Int[np.ndarray, " shown"],
) -> "Figure":
    """Dimensions above, pairs of components below, or all of them at the same codes."""
    along, between = images[: len(names)], images[len(names) :]
    heights = [_height(part) for part in (along, between)]
    where = "the prior" if len(context.prior.weights) == 1 else f"p(z|c={center})"
    figure = new_figure(
        HEADER + heights[0] + (_BETWEEN + heights[1] if len(between) else 0.0) + 0.45,
        "Walks through the latent space",
        f"E[x|z] from −3σ to 3σ of {where} along the dimensions of largest KL, the others at its mean",
    )
    axes = _draw_rows(figure, HEADER + 0.1, along, names)
    _name_steps(axes, heights[0])
    if len(between):
        top = HEADER + 0.1 + heights[0] + _BETWEEN
        note, rows = _second_part(context, components.tolist())
        _draw_rows(figure, top, between, rows)
        place = 1 - (top - 0.1) / figure.get_size_inches()[1]
        figure.text(0.12 / WIDTH, place, note, size=NORMAL, color=GRAY, va="bottom")
    return figure


def _second_part(context: EvaluationContext, components: list[int]) -> tuple[str, list[str]]:
    """What the lower mosaic shows, and a name per row."""
    if context.config.prior.can_tell_components_apart:
        note = "from the mean of one component to that of the next, most used first; decoded under the nearer one"
        return note, [f"c={start} to c={end}" for start, end in itertools.pairwise(components)]
    note = (
        "all components share one p(z): no way leads between them; each column: one draw under each component"
    )
    return note, [component_title(context, component) for component in components]


def _height(images: Float[np.ndarray, "row step height width channel"]) -> float:
    """Inches of their mosaic."""
    return STEPS * _CELL * proportion(len(images), STEPS, *images.shape[2:4])


def _draw_rows(
    figure: "Figure",
    top: float,
    images: Float[np.ndarray, "row step height width channel"],
    names: list[str],
) -> "Axes":
    axes = add_axes(figure, _LEFT, top, STEPS * _CELL, _height(images), is_image=True)
    draw_mosaic(axes, images.astype(np.float32))
    name_rows(axes, names)
    return axes


def _name_steps(axes: "Axes", height: float) -> None:
    below = axes.get_xaxis_transform()
    for column, step in enumerate(np.linspace(-REACH, REACH, STEPS)):
        text = f"{step:+.1f}σ".replace("-", "−") if step else "mean"
        axes.text(
            column, -0.05 / height, text, size=SMALL, color=GRAY, ha="center", va="top", transform=below
        )


LATENT_TRAVERSALS = Component(
    title="Walks through the latent space",
    provide=provide,
    meanings={
        "dimensions": "dimensions walked along, counted from 0, the largest KL first",
        "center_component": "the component around whose mean they start, counted from 0: the most used one",
        "pairs": "walks between components; 0 with one component, and where all share one p(z)",
        "components_compared": "where all components share one p(z): those that decode the same codes; else 0",
    },
)
