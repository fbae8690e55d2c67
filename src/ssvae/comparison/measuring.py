"""The numbers of a group: what was measured, what was not, and what is no number that may be averaged.

In: a group, the key of a metric. Out: values by repetition, and an estimate. Not here: differences between groups
(baseline.py), formulas (statistics.py).
"""

import dataclasses
from collections.abc import Mapping

from ssvae.comparison.grouping import Group
from ssvae.comparison.results import Result
from ssvae.comparison.statistics import Estimate, estimate

__all__ = ["Measured", "measured"]

_LARGEST = 1e100
"""What is larger has diverged, and no float holds the square of a difference of some."""


@dataclasses.dataclass(frozen=True)
class Measured:
    """One metric over the repetitions of a group."""

    key: str
    values: Mapping[tuple[str, ...], float]
    """Repetition → number."""
    strange: tuple[tuple[Result, float], ...]
    """Those that are NaN, infinite or as good as that, which are in no mean."""
    absent: tuple[Result, ...]
    """Pooled runs that have not measured it."""

    @property
    def estimate(self) -> Estimate | None:
        """None when there is no number."""
        return estimate(list(self.values.values())) if self.values else None


def measured(group: Group, key: str | None, replicates: tuple[str, ...]) -> Measured:
    """The numbers of the pooled runs of a group; none of a group that cannot be pooled."""
    values: dict[tuple[str, ...], float] = {}
    strange: list[tuple[Result, float]] = []
    absent: list[Result] = []
    for result in group.pooled:
        if key is None or key not in result.metrics:
            absent.append(result)
        elif abs(value := float(result.metrics[key])) < _LARGEST:  # NaN is not
            values[result.replicate(replicates)] = value
        else:
            strange.append((result, value))
    return Measured(key or "", values, tuple(strange), tuple(absent))
