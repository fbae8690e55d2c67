"""What a detector is: something that can be wrong with a finished run, how it shows, what it means, what to try.

In: nothing. Out: `Detector`, `Sighting`. Not here: the table (detectors/__init__.py), running it (checks.py).
"""

import dataclasses
from collections.abc import Callable, Mapping

from ssvae.evaluation.component import never_absent
from ssvae.evaluation.context import EvaluationContext
from ssvae.model.recipes import SSVAEConfig
from ssvae.status import ComponentResult, Finding

__all__ = ["CannotTell", "Detector", "Results", "Sighting", "unknown"]

Results = Mapping[str, ComponentResult]
"""Component → what it reported."""


@dataclasses.dataclass(frozen=True)
class Sighting:
    """A fault that was seen."""

    text: str
    """What was seen, in a sentence with its numbers."""
    remedy: str
    """What to try, as it follows `Try`."""


@dataclasses.dataclass(frozen=True)
class CannotTell:
    """Neither seen nor ruled out."""

    reason: str
    """What is missing, and what to type for it."""


def unknown(*results: ComponentResult) -> CannotTell | None:
    """What the first of these that has no numbers says of itself; None when all have."""
    for result in results:
        if result.reason is not None:
            remedy = f". To enable: {result.remedy}" if result.remedy else ""
            return CannotTell(f"{result.reason}{remedy}")
    return None


@dataclasses.dataclass(frozen=True)
class Detector:
    """One entry of DETECTORS."""

    title: str
    """The fault, in two or three words."""
    meaning: str
    """What follows from the fault, in a sentence."""
    look: Callable[[EvaluationContext, Results], Sighting | CannotTell | None]
    """None when the fault is not there."""
    absence: Callable[[SSVAEConfig], tuple[str, str] | None] = never_absent
    """(reason, remedy) when a model of this kind cannot have the fault, else None."""

    def finding(self, name: str, seen: Sighting) -> Finding:
        """The warning, under the detector's name in DETECTORS."""
        return Finding(name, f"{self.title}: {seen.text}", self.meaning, seen.remedy)
