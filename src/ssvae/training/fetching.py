"""Many small numbers from the device in one transfer.

In: arrays on the device. Out: the same on the host. Not here: which numbers (session.py).
"""

import itertools
import math
from typing import Generic, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Array, Float

__all__ = ["Fetching"]

Tree = TypeVar("Tree")


class Fetching(Generic[Tree]):
    """Arrays that are on their way to the host: asked for at once, here when they are waited for."""

    def __init__(self, tree: Tree):
        """Ask for them; what they are computed from may be under way itself.

        To ask for each of thirty arrays takes longer than a small network needs for three of its steps, so they come
        as one.

        Args:
            tree: Any nesting of arrays of float32 of any shapes.
        """
        leaves, self._nesting = jax.tree.flatten(tree)
        self._shapes = [leaf.shape for leaf in leaves]
        self._joined = _joined(leaves)
        self._joined.copy_to_host_async()

    def wait(self) -> Tree:
        """The arrays as NumPy arrays, to the bit."""
        ends = itertools.accumulate(map(math.prod, self._shapes))
        pieces = np.split(np.asarray(self._joined), [*ends][:-1])
        return jax.tree.unflatten(
            self._nesting, [part.reshape(shape) for part, shape in zip(pieces, self._shapes, strict=True)]
        )


@jax.jit
def _joined(leaves: list[Float[Array, "..."]]) -> Float[Array, " number"]:
    """All numbers in a row."""
    return jnp.concatenate([jnp.ravel(leaf) for leaf in leaves])
