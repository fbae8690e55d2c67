"""Means over repetitions and what is known of their error: plain formulas on plain numbers.

In: finite numbers. Out: estimates. Not here: which runs are repetitions of one another (grouping.py); numbers that are
not finite, which nobody may average in silence (measuring.py).
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence

__all__ = ["CONFIDENCE", "Estimate", "estimate", "paired_difference"]

CONFIDENCE = 0.95
"""The share of such intervals that hold the true mean, when repetitions are independent and normal."""

Repetition = tuple[str, ...]
"""Which one it is: the values of the settings that only repeat, such as the seed."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A mean and its error, in the unit of the numbers."""

    n: int
    """Repetitions; of a paired difference, pairs."""
    mean: float
    deviation: float | None = None
    """Standard deviation of one repetition, with n - 1 in the denominator; None for one repetition."""
    error: float | None = None
    """Standard error of the mean; None for one repetition, which tells nothing of it."""
    interval: tuple[float, float] | None = None
    """Of `CONFIDENCE`, by Student's t with n - 1 degrees of freedom; None for one repetition."""

    @property
    def is_clear(self) -> bool:
        """Of a difference: whether its interval is to one side of zero."""
        return self.interval is not None and not self.interval[0] <= 0.0 <= self.interval[1]


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of repetitions.

    Args:
        values: At least one, all finite; as large as `measured` lets through, for their differences are squared.

    Raises:
        ValueError: for none, or for one that is not finite.

    Source: Student 1908, The probable error of a mean.
    """
    if not values or not all(map(math.isfinite, values)):
        raise ValueError(f"A mean needs numbers, all of them finite; got {list(values)}.")
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(1, mean)
    # Exact sums, in two passes: the difference of two large sums of squares would lose every digit.
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    error = deviation / math.sqrt(n)
    half = _quantile(n - 1) * error
    return Estimate(n, mean, deviation, error, (mean - half, mean + half))


def paired_difference(
    values: Mapping[Repetition, float], others: Mapping[Repetition, float]
) -> Estimate | None:
    """The mean of `values` minus `others`, repetition by repetition: what both share, such as easy labels, drops out.

    Args:
        values: Repetition → number.
        others: The same, of what it is compared with.

    Returns:
        Over the repetitions that both have; None when they share none.
    """
    differences = [value - others[key] for key, value in values.items() if key in others]
    return estimate(differences) if differences else None


def _quantile(degrees: int) -> float:
    """Of Student's t: what is exceeded with half of the probability that `CONFIDENCE` leaves."""
    from scipy.special import stdtrit  # scipy.stats takes ten times as long to import

    return float(stdtrit(degrees, 0.5 + CONFIDENCE / 2))
