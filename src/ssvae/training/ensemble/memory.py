"""How many runs have room on the device at once.

In: requests of one key, a device. Out: a number of lanes; whether an error is a lack of memory. Not here: what is done
about it (together.py).
"""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr

from ssvae.training.ensemble.request import Request
from ssvae.training.epoch import train_epoch
from ssvae.training.session import Session
from ssvae.training.validate import validate

__all__ = ["bytes_per_lane", "is_out_of_memory", "lanes_for"]

MOST_LANES = 64
"""More do not use a device better, and all of them wait for the slowest."""

_SHARE = 0.7
"""Of the device's memory: compiled programs, the images, and what lies in pieces take the rest."""

_COPIES = 10
"""Of the parameters per run: parameters and two moments in the program, the same kept apart after each epoch, the best
ones, gradients, the direction, and what is being moved."""


def lanes_for(requests: Sequence[Request], device: Any) -> int:
    """How many of the requests, all of one key, are trained at once.

    Args:
        requests: At least one.
        device: Whose memory counts; one that does not tell how much it has is taken to have enough.
    """
    most = min(len(requests), MOST_LANES)
    limit = (device.memory_stats() or {}).get("bytes_limit")
    if limit is None or most == 1:
        return most
    return max(1, min(most, int(_SHARE * limit / bytes_per_lane(requests[0]))))


def bytes_per_lane(request: Request) -> int:
    """An upper bound of what one run more needs: every array of a step counts as if none made room for another."""
    session = Session.prepare(request.config, request.training, request.dataset, request.seed)
    state, inputs = session.first_state(), session.inputs(1, 1.0)
    clip, structure = request.training.gradient_clip, session.structure
    train = jax.make_jaxpr(partial(train_epoch, structure, clip))(state, session.data, *inputs)
    look = jax.make_jaxpr(partial(validate, structure))(
        state.params, state.statistics, session.validation, session.warm(1, 1.0)
    )
    activations = max(_bytes_computed(train.jaxpr), _bytes_computed(look.jaxpr))
    own = (session.data.labels, session.validation.noise, inputs[:2])
    return _COPIES * _bytes(state.params) + activations + _bytes(own)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the device had too little memory."""
    return isinstance(error, jax.errors.JaxRuntimeError) and "RESOURCE_EXHAUSTED" in str(error)


def _bytes(tree: Any) -> int:
    return sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))


def _bytes_computed(program: Jaxpr) -> int:
    """Bytes of all that is computed in one pass through the program; the body of a loop counts once."""
    total = 0
    for equation in program.eqns:
        inner = [*_programs(equation.params.values())]
        total += sum(map(_bytes_computed, inner)) if inner else sum(map(_size, equation.outvars))
    return total


def _size(variable: Any) -> int:
    aval = variable.aval
    itemsize = getattr(aval.dtype, "itemsize", 8)  # keys have none of NumPy's types
    return math.prod(aval.shape) * itemsize


def _programs(values: Any) -> Iterator[Jaxpr]:
    for value in values:
        if isinstance(value, ClosedJaxpr):
            yield value.jaxpr
        elif isinstance(value, Jaxpr):
            yield value
        elif isinstance(value, tuple | list):
            yield from _programs(value)
