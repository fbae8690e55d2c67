"""Many small numbers from the device in one transfer.

In: arrays on the device. Out: the same on the host. Not here: which numbers (session.py).
"""

import itertools
import math
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Array, Float

__all__ = ["fetched"]

Tree = TypeVar("Tree")


def fetched(tree: Tree) -> Tree:
    """The arrays as NumPy arrays, to the bit; waits until they are computed.

    To ask for each of thirty arrays takes longer than a small network needs for three of its steps, so they come as
    one.

    Args:
        tree: Any nesting of arrays of float32 of any shapes.
    """
    leaves, nesting = jax.tree.flatten(tree)
    shapes = [leaf.shape for leaf in leaves]
    ends = itertools.accumulate(map(math.prod, shapes))
    pieces = np.split(np.asarray(_joined(leaves)), [*ends][:-1])
    return jax.tree.unflatten(
        nesting, [part.reshape(shape) for part, shape in zip(pieces, shapes, strict=True)]
    )


@jax.jit
def _joined(leaves: list[Float[Array, "..."]]) -> Float[Array, " number"]:
    """All numbers in a row."""
    return jnp.concatenate([jnp.ravel(leaf) for leaf in leaves])
