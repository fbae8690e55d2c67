"""What a component is: a provider, when it applies, and what its numbers mean.

In: nothing. Out: `Component`. Not here: the tables (metrics/, plots/), running them (collect.py).
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.status import ComponentResult

if TYPE_CHECKING:
    from ssvae.evaluation.context import EvaluationContext

__all__ = ["Component", "always_asked", "never_absent"]


def never_absent(config: SSVAEConfig) -> None:
    """For a component that every model has."""


def always_asked(settings: EvaluationConfig) -> None:
    """For a component that needs no setting of its own."""


@dataclasses.dataclass(frozen=True)
class Component:
    """One entry of METRICS or PLOTS."""

    title: str
    """Heading of its section in the report."""
    provide: Callable[["EvaluationContext"], ComponentResult]
    """Computes the numbers or draws the figures."""
    absence: Callable[[SSVAEConfig], tuple[str, str] | None] = never_absent
    """(reason, remedy) when the model has nothing to report here, else None. Known before training starts."""
    not_asked: Callable[[EvaluationConfig], tuple[str, str] | None] = always_asked
    """(reason, remedy) when the evaluation's settings leave out what it needs, else None."""
    meanings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Name in `data` → one line on what the number means and its unit."""
    references: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Name in `data` → where its formula is from: paper, equation."""
