"""Modules to plain parameters and back; the only place that splits and merges.

In: a function that makes a module. Out: its parameters as a nested dict, and modules that use given parameters.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import jax
from flax import nnx

from ssvae.arrays import Params

__all__ = ["ModuleStructure", "bind", "param_shapes", "structure_of", "unbind"]

M = TypeVar("M", bound=nnx.Module)


class ModuleStructure(NamedTuple):
    """A module without its numbers."""

    graph: Any
    shapes: Any


def structure_of(make: Callable[[], nnx.Module]) -> ModuleStructure:
    """The structure of what `make` makes, without computing a single parameter."""
    return ModuleStructure(*nnx.split(nnx.eval_shape(make)))


def param_shapes(structure: ModuleStructure) -> Params:
    """The parameters a module of this structure has, as shapes and dtypes only."""
    return nnx.to_pure_dict(structure.shapes)


def unbind(module: nnx.Module) -> Params:
    """The parameters of a module as a plain nested dict."""
    return nnx.to_pure_dict(nnx.split(module)[1])


def bind(structure: ModuleStructure, params: Params) -> Any:
    """A module of this structure that uses `params`; `bind(structure, unbind(module))` behaves as `module`."""
    state = jax.tree.map(lambda leaf: leaf, structure.shapes)  # a copy: the next line fills it in place
    nnx.replace_by_pure_dict(state, params)
    return nnx.merge(structure.graph, state)
