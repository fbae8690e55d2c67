"""Small arrays laid end to end: what is done to each of their numbers is one operation, not one for every array.

A network has many small arrays (biases, heads), and to compile and to begin an operation takes as long for ten numbers
as for ten thousand. Large ones are left apart: to copy them would take longer than it saves.
In: a tree of arrays. Out: `Packed`, and the tree again. Not here: what is done to the numbers (epoch.py).
"""

import itertools
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float

__all__ = ["Packed", "packed", "packed_within", "unpacked", "unpacked_within"]

Tree = TypeVar("Tree")

_SMALL = 2**14
"""Numbers in the largest array that is laid together with others."""


class Packed(NamedTuple):
    """The arrays of a tree, in its order; a tree itself."""

    together: Float[Array, " number"]
    """The small ones, end to end."""
    apart: tuple[Array, ...]
    """All others, as they are."""


def packed(tree: Any) -> Packed:
    """The arrays of a tree with the small ones laid end to end, to the bit."""
    leaves = jax.tree.leaves(tree)
    small = [leaf.ravel() for leaf in leaves if _is_small(leaf)]
    return Packed(
        together=jnp.concatenate(small) if small else jnp.zeros(0, jnp.float32),
        apart=tuple(leaf for leaf in leaves if not _is_small(leaf)),
    )


def unpacked(arrays: Packed, like: Tree) -> Tree:
    """The tree that was packed.

    Args:
        arrays: From `packed`, or what an optimizer made of it; of NumPy arrays it is cut without a copy.
        like: A tree with arrays of the same shapes and types at the same places.
    """
    leaves, structure = jax.tree.flatten(like)
    ends = itertools.accumulate((leaf.size for leaf in leaves if _is_small(leaf)), initial=0)
    small = (arrays.together[begin:end] for begin, end in itertools.pairwise(ends))
    apart = iter(arrays.apart)
    return jax.tree.unflatten(
        structure,
        [next(small).reshape(leaf.shape) if _is_small(leaf) else next(apart) for leaf in leaves],
    )


def packed_within(tree: Any, like: Any) -> Any:
    """The tree with everything packed that is a `Packed` in `like`, which is the same tree otherwise."""
    return jax.tree.map(
        lambda form, part: packed(part) if _is_packed(form) else part, like, tree, is_leaf=_is_packed
    )


def unpacked_within(tree: Any, like: Any) -> Any:
    """The tree with each `Packed` in it unpacked, all to trees like this one."""
    return jax.tree.map(
        lambda part: unpacked(part, like) if _is_packed(part) else part, tree, is_leaf=_is_packed
    )


def _is_packed(part: Any) -> bool:
    return isinstance(part, Packed)


def _is_small(leaf: Any) -> bool:
    # Arrays of another type stay apart, since laid end to end they would take one type.
    return leaf.size <= _SMALL and leaf.dtype == jnp.float32
