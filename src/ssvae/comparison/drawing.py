"""The figures of a sweep, each drawn or with the reason why not.

In: an `Answer`. Out: name → result with its figure. Not here: how each looks (figures/), saving (writing.py).
"""

from collections.abc import Mapping

from ssvae.comparison.answer import Answer
from ssvae.comparison.figures.heat_map import heat_map
from ssvae.comparison.figures.interactions import interactions
from ssvae.comparison.figures.learning_curves import learning_curves
from ssvae.comparison.figures.main_effects import main_effects
from ssvae.status import ComponentResult

__all__ = ["draw"]


def draw(answer: Answer) -> Mapping[str, ComponentResult]:
    """All of them."""
    return {
        "main_effects": main_effects(answer),
        "interactions": interactions(answer),
        "heat_map": heat_map(answer),
        "learning_curves": learning_curves(answer),
    }
