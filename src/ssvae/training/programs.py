"""The programs of a training, compiled side by side before they are needed one after another.

XLA compiles a program on one core, and the three that a training begins with take seconds. JAX finds them in its
memory when they are called.
In: a session. Out: nothing but time. Not here: keeping programs on disk (compilation.py).
"""

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
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


def compile_programs(
    session: Session, state: TrainState | None = None, when_traced: Callable[[], None] = lambda: None
) -> None:
    """Compile the large programs that `Session.first_state` and `Session.begin` run, unless that was done before.

    Args:
        session: The training.
        state: Where it begins; None for the first state.
        when_traced: Is called when Python has done its part, and the compiler is at work or has nothing to do.
    """
    clip, (rows, labeled_rows, hyperparameters) = session.training.gradient_clip, session.inputs(1, 1.0)
    arguments = session.data, session.validation, rows, labeled_rows, session.prior_start
    key = session.structure, clip, state is None, str(jax.tree.map(_shape, arguments))
    if key in _compiled:
        when_traced()
        return
    structure, data = session.structure, session.data
    for_first_state = (structure, clip, session.seed, session.prior_start)
    like: Any = initial_state.eval_shape(*for_first_state) if state is None else state
    programs: list[Any] = [
        partial(train_epoch.lower, structure, clip, like, data, rows, labeled_rows, hyperparameters)
    ]
    if state is None:
        programs.append(partial(initial_state.lower, *for_first_state))
    programs.append(
        partial(validate.lower, structure, like.params, like.statistics, session.validation, hyperparameters)
    )
    with ThreadPoolExecutor(len(programs), thread_name_prefix="ssvae-compiler") as threads:
        # Python traces one after another whatever the threads: the longest to compile is traced first, and compiles
        # while the others are traced. Each in a copy of this context, so that what JAX says goes to the log of the run.
        compiling = [threads.submit(copy_context().run, _compile, lower()) for lower in programs]
        when_traced()
        for done in compiling:
            done.result()
    _compiled.add(key)


def _compile(lowered: Any) -> None:
    lowered.compile()


def _shape(array: Any) -> tuple[tuple[int, ...], str]:
    return array.shape, str(array.dtype)
