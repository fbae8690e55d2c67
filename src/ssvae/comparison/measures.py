"""Which numbers of a run a sweep's page shows, which of them choose the best, and in which direction they are better.

In: keys of `metrics` in summary.json. Out: directions, headlines, a choice. Not here: what the numbers mean
(evaluation/metrics/), computing anything of them (grouping.py).
"""

import dataclasses
import fnmatch
from collections.abc import Collection, Sequence
from typing import Any

from ssvae.comparison.results import Result
from ssvae.errors import did_you_mean

__all__ = ["Choice", "choose", "default_metric", "headlines", "is_higher_better"]

_DIRECTIONS = {
    "metric.tau.ood_*": None,  # a score of each image, which tells images apart and runs not
    "metric.baseline.*": None,  # of the data, not of the run
    "metric.ood.auroc*": True,
    "metric.accuracy*": True,
    "metric.elbo*": True,
    "metric.log_marginal*": True,
    "metric.clustering*": True,
    "metric.tau.coverage": True,
    "metric.classifier.*": False,  # nll, brier, ece, aurc
    "metric.bits_per_dim*": False,
    "metric.distortion*": False,
    "metric.rmse*": False,
    "metric.components.usage_kl": False,
}
"""Pattern → whether higher is better; None, and whatever is not here, is neither. The first that fits counts."""

_HEADLINES = (
    "metric.accuracy.test",
    "metric.accuracy.val",
    "metric.elbo.test",
    "metric.elbo.val",
    "metric.log_marginal.test",
    "metric.k_eff",
)
"""What stands beside the metric that chooses, where it was measured."""

_DEFAULTS = ("metric.accuracy.val", "metric.elbo.val")
"""What chooses when nobody says: the first that every finished run has. Never a number of test images."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """The metric that orders the configurations of a sweep."""

    key: str | None
    """None where no run has measured anything."""
    problem: str | None = None
    """Why it is not the one that was asked for."""

    @property
    def is_higher_better(self) -> bool:
        """For a metric that is neither, the order is from high to low, and the page says so."""
        return is_higher_better(self.key) is not False

    @property
    def is_by_test(self) -> bool:
        """Whether the same images choose and measure, so that the best number is too good."""
        return self.key is not None and "test" in self.key.split(".")


def is_higher_better(key: str | None) -> bool | None:
    """True, False, or None for a number that is better neither way."""
    patterns = (pattern for pattern in _DIRECTIONS if key is not None and fnmatch.fnmatchcase(key, pattern))
    return _DIRECTIONS.get(next(patterns, ""))


def choose(asked: Any, results: Sequence[Result]) -> Choice:
    """The metric named in the header of the sweep, or the default.

    Args:
        asked: `metric` of the header.
        results: The usable ones.
    """
    known = [set(result.metrics) for result in results]
    everywhere, anywhere = set.intersection(*known or [set()]), set.union(set(), *known)
    fallback = default_metric(everywhere) or next(iter(sorted(anywhere)), None)
    if asked is None or asked in anywhere:
        return Choice(fallback if asked is None else str(asked))
    if not results:
        return Choice(None)
    guess = did_you_mean(str(asked), anywhere)
    instead = f"{fallback} is used instead." if fallback else "Nothing else was measured."
    return Choice(fallback, f"No run has the number sweep.metric={asked}.{guess} {instead}")


def default_metric(known: Collection[str]) -> str | None:
    """What chooses when nobody says; None when none of it was measured."""
    return next((key for key in _DEFAULTS if key in known), None)


def headlines(choice: Choice, results: Sequence[Result]) -> tuple[str, ...]:
    """The metric that chooses, then what stands beside it."""
    anywhere: Collection[str] = {key for result in results for key in result.metrics}
    keys = [key for key in (choice.key, *_HEADLINES) if key in anywhere]
    return tuple(dict.fromkeys(key for key in keys if key is not None))
