"""Numbers that compare the components of a prior with each other. Pure formulas.

In: responsibilities, values per image, the Gaussians p(z|c). Out: means per component, the closest pair,
the distance of usage from π.
Not here: how a model uses its components as a whole (responsibilities.py).
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

__all__ = ["Pair", "closest_pair", "divergence", "mean_per_component"]


class Pair(NamedTuple):
    """Two components and how far apart their p(z|c) are."""

    components: tuple[int, int]
    """Ascending, counted from 0."""
    distance: float
    """In units of their standard deviation."""


def mean_per_component(
    values: Float[np.ndarray, " example"], responsibilities: Float[np.ndarray, "example component"]
) -> list[float | None]:
    """Σ_n q(c|x_n) v_n / Σ_n q(c|x_n): the mean of a value over the images of each component.

    Returns:
        One number per component; None for one that no image belongs to.
    """
    weights = responsibilities.astype(np.float64)
    totals, sizes = values.astype(np.float64) @ weights, weights.sum(axis=0)
    # What is left of a component after rounding is no image.
    return [
        float(total / size) if size > _NOBODY else None for total, size in zip(totals, sizes, strict=True)
    ]


_NOBODY = 1e-6
"""Images: below this sum of responsibilities, float32 numbers no longer tell a mean."""


def divergence(usage: Float[np.ndarray, " component"], weights: Float[np.ndarray, " component"]) -> float:
    """KL(p̄ ‖ π) = Σ_c p̄_c log (p̄_c / π_c), with 0·log 0 = 0.

    The mean over images of KL(q(c|x) ‖ π) is I(x; c) plus this.

    Args:
        usage: p̄, the mean of q(c|x); sums to 1.
        weights: π; sums to 1. One that float32 has rounded to 0 counts as the smallest it can hold.

    Returns:
        Nats, at least 0.

    Source: Hoffman & Johnson 2016, ELBO surgery: yet another way to carve up the variational evidence lower bound.
    """
    used = usage > 0
    shares = usage[used].astype(np.float64)
    expected = np.maximum(weights[used].astype(np.float64), np.finfo(np.float32).tiny)
    return max(0.0, float((shares * np.log(shares / expected)).sum()))


def closest_pair(
    means: Float[np.ndarray, "component latent"],
    stds: Float[np.ndarray, "component latent"],
    considered: Bool[np.ndarray, " component"],
) -> Pair | None:
    """The two components whose p(z|c) are nearest to each other.

    d² = Σ_d (mean_1d − mean_2d)² / ½ (std_1d² + std_2d²): the Mahalanobis distance with the averaged variance. Of two
    components of the same scale and weight, the better guess of where a code is from errs with chance Φ(−d/2).

    Args:
        means: Of p(z|c).
        stds: Of p(z|c), above 0.
        considered: Which components take part.

    Returns:
        None when fewer than two take part.

    Source: Mahalanobis 1936, On the generalized distance in statistics.
    """
    numbers = np.flatnonzero(considered)
    pairs = [
        Pair((int(one), int(numbers[place + 1 + nearest])), float(distances[nearest]))
        for place, one in enumerate(numbers[:-1])
        for distances in [_distances(one, numbers[place + 1 :], means, np.square(stds, dtype=np.float64))]
        for nearest in [int(distances.argmin())]
    ]
    return min(pairs, key=lambda pair: pair.distance, default=None)


def _distances(
    one: np.integer,
    others: np.ndarray,
    means: Float[np.ndarray, "component latent"],
    variances: Float[np.ndarray, "component latent"],
) -> Float[np.ndarray, " other"]:
    shared = (variances[one] + variances[others]) / 2
    return np.sqrt((np.square(means[one] - means[others], dtype=np.float64) / shared).sum(axis=1))
