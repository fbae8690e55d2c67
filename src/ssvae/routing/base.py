"""What a routing is.

In: nothing. Out: `AbstractRouting`, `Selection`. Not here: any particular routing (modes.py).
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

from ssvae.arrays import Array, Float

__all__ = ["AbstractRouting", "Selection"]


class Selection(NamedTuple):
    """The components an image is decoded with, M of them, and how much each counts."""

    weights: Float[Array, "batch chosen"]
    """Of each in the expected cost of the image."""
    conditions: Float[Array, "batch chosen component"] | None
    """What the decoder is told each time: one-hot rows, or a relaxed choice between components. None for every
    component in its order, which decoders compute at less cost."""


class AbstractRouting(ABC):
    """Holds no parameters: it says how the bound uses q(c|x)."""

    def assignment(
        self, log_responsibilities: Float[Array, "*stack component"]
    ) -> Float[Array, "*stack component"]:
        """log q(c|x) as the bound uses it; any distribution gives a valid bound."""
        return log_responsibilities

    @abstractmethod
    def select(
        self,
        log_assignment: Float[Array, "batch component"],
        temperature: Float[Array, ""],
        gumbel: Float[Array, "batch noise"],
    ) -> Selection:
        """Which components to decode each image with.

        Args:
            log_assignment: From `assignment`.
            temperature: Of a relaxed choice; above 0.
            gumbel: Standard Gumbel noise of a random choice, a column per component; no columns where none is drawn.
        """
