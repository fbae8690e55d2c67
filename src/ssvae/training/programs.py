"""The programs of a training, compiled side by side before they are needed one after another.

XLA compiles a program on one core, and the three that a training begins with take seconds. JAX finds them in its
memory when they are called.
In: a session. Out: nothing but time. Not here: keeping programs on disk (compilation.py).
"""

from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import jax

from ssvae.training.epoch import train_epoch
from ssvae.training.session import Session
from ssvae.training.state import TrainState, initial_state
from ssvae.training.validate import validate

__all__ = ["compile_programs"]

_compiled: set[Hashable] = set()
"""What this process has compiled programs for: to look them up in JAX takes longer than a small network trains."""


def compile_programs(session: Session, state: TrainState | None = None) -> None:
    """Compile what `Session.first_state` and `Session.begin` run, unless that was done before.

    Args:
        session: The training.
        state: Where it begins; None for the first state.
    """
    clip, (rows, labeled_rows, numbers) = session.training.gradient_clip, session.inputs(1, 1.0)
    arguments = session.data, session.validation, rows, labeled_rows, session.prior_start
    key = session.structure, clip, state is None, str(jax.tree.map(_shape, arguments))
    if key in _compiled:
        return
    first = (session.structure, clip, session.seed, session.prior_start)
    shapes: Any = initial_state.eval_shape(*first) if state is None else state
    programs: list[Any] = [
        partial(
            train_epoch.lower, session.structure, clip, shapes, session.data, rows, labeled_rows, numbers
        ),
        partial(
            validate.lower, session.structure, shapes.params, shapes.statistics, session.validation, numbers
        ),
    ]
    if state is None:
        programs.append(partial(initial_state.lower, *first))
    with ThreadPoolExecutor(len(programs), thread_name_prefix="ssvae-compiler") as threads:
        for done in [threads.submit(_compile, lower) for lower in programs]:
            done.result()
    _compiled.add(key)


def _compile(lower: Any) -> None:
    lower().compile()


def _shape(array: Any) -> tuple[tuple[int, ...], str]:
    return array.shape, str(array.dtype)
