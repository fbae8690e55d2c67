"""The routings: every component weighed, a few of them, one of them, or one drawn at random.

In: log q(c|x). Out: selections. Not here: where q(c|x) comes from (responsibilities.py).
"""

import dataclasses

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.routing.base import AbstractRouting, Selection
from ssvae.routing.responsibilities import largest_responsibilities

__all__ = ["GumbelRouting", "LargestRouting", "SoftRouting"]


class SoftRouting(AbstractRouting):
    """The exact expectation over all components: no variance, K decodes where the decoder sees the component."""

    def select(
        self,
        log_assignment: Float[Array, "batch component"],
        temperature: Float[Array, ""],
        gumbel: Float[Array, "batch noise"],
    ) -> Selection:
        """Every component with weight q(c|x)."""
        return Selection(jnp.exp(log_assignment), None)


@dataclasses.dataclass(frozen=True)
class LargestRouting(AbstractRouting):
    """q(c|x) cut to its `count` largest: still a bound, `count` decodes. With one it is hard EM."""

    count: int

    def assignment(
        self, log_responsibilities: Float[Array, "*stack component"]
    ) -> Float[Array, "*stack component"]:
        """The largest, renormalized."""
        return largest_responsibilities(log_responsibilities, self.count)

    def select(
        self,
        log_assignment: Float[Array, "batch component"],
        temperature: Float[Array, ""],
        gumbel: Float[Array, "batch noise"],
    ) -> Selection:
        """The components that are left."""
        log_weights, chosen = jax.lax.top_k(log_assignment, self.count)
        return Selection(jnp.exp(log_weights), jax.nn.one_hot(chosen, log_assignment.shape[1]))


@dataclasses.dataclass(frozen=True)
class GumbelRouting(AbstractRouting):
    """One decode with a component drawn from q(c|x), in a form that lets gradients through.

    Relaxed: softmax((log q + gumbel) / T), between components, a draw only as T → 0; the value is then no bound.
    Straight-through: the decoder is told the drawn component, so the value is an unbiased estimate of the bound, and
    gradients are those of the relaxed choice.
    Source: Jang et al. 2017, arXiv:1611.01144, section 2; Maddison et al. 2017, arXiv:1611.00712.
    """

    is_straight_through: bool

    def select(
        self,
        log_assignment: Float[Array, "batch component"],
        temperature: Float[Array, ""],
        gumbel: Float[Array, "batch noise"],
    ) -> Selection:
        """One choice with weight 1."""
        choice = jax.nn.softmax((log_assignment + gumbel) / temperature, axis=1)
        if self.is_straight_through:
            drawn = jax.nn.one_hot(jnp.argmax(choice, axis=1), choice.shape[1])
            choice = drawn + choice - jax.lax.stop_gradient(choice)
        return Selection(jnp.ones((choice.shape[0], 1)), choice[:, None, :])
