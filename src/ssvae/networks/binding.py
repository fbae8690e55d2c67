"""Modules to plain parameters and back; the only place that splits and merges.

In: a function that makes a module. Out: its parameters as a nested dict, and modules that use given parameters.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import jax
from flax import nnx

from ssvae.arrays import Params

__all__ = ["ModuleStructure", "bind", "plain_params", "structure_of", "taken_apart", "unbind"]

M = TypeVar("M", bound=nnx.Module)


class ModuleStructure(NamedTuple):
    """A module taken apart: its form, and for each parameter its shape or its numbers."""

    graph: Any
    shapes: Any


def structure_of(make: Callable[[], nnx.Module]) -> ModuleStructure:
    """The structure of what `make` makes, without computing a single parameter."""
    return taken_apart(nnx.eval_shape(make))


def taken_apart(module: nnx.Module) -> ModuleStructure:
    """The structure of a module, with its parameters as they are in place of their shapes."""
    return ModuleStructure(*nnx.split(module))


def plain_params(structure: ModuleStructure) -> Params:
    """The parameters of a module of this structure, or their shapes, as a plain nested dict."""
    return nnx.to_pure_dict(structure.shapes)


def unbind(module: nnx.Module) -> Params:
    """The parameters of a module as a plain nested dict."""
    return plain_params(taken_apart(module))


def bind(structure: ModuleStructure, params: Params) -> Any:
    """A module of this structure that uses `params`; `bind(structure, unbind(module))` behaves as `module`."""
    state = jax.tree.map(lambda leaf: leaf, structure.shapes)  # a copy: the next line fills it in place
    nnx.replace_by_pure_dict(state, params)
    return nnx.merge(structure.graph, state)
