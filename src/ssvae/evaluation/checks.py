"""Runs every detector, and makes sure that each one answers: seen, not seen, or not checked and why.

In: an `EvaluationContext` and what the components reported. Out: one `Check` per entry of DETECTORS, in that order.
Not here: logging and recording them (pipeline/).
"""

import dataclasses
import logging
from collections.abc import Iterator

from ssvae.errors import reason_of
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.detectors import DETECTORS
from ssvae.evaluation.detectors.detector import CannotTell, Detector, Results
from ssvae.status import Finding

__all__ = ["Check", "check_all"]

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Check:
    """The answer of one detector."""

    status: str
    """`warned`, `passed` or `not_checked`."""
    reason: str | None = None
    """Why it was not checked."""
    finding: Finding | None = None
    """What was seen."""


def check_all(context: EvaluationContext, results: Results) -> Iterator[tuple[str, Check]]:
    """(name, answer) of every detector. One that raises is not checked, and the others are not touched by it."""
    for name, detector in DETECTORS.items():
        try:
            yield name, _check(name, detector, context, results)
        except Exception as error:
            _log.exception("the detector %s failed; the others go on without it", name)
            yield name, Check("not_checked", " ".join(reason_of(error).split()))


def _check(name: str, detector: Detector, context: EvaluationContext, results: Results) -> Check:
    if (absence := detector.absence(context.config)) is not None:
        return Check("not_checked", f"cannot happen here: {absence[0]}")
    seen = detector.look(context, results)
    if seen is None:
        return Check("passed")
    if isinstance(seen, CannotTell):
        return Check("not_checked", seen.reason)
    return Check("warned", finding=detector.finding(name, seen))
