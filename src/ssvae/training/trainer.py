"""Which function trains: `fit`, or what somebody put in its place, such as one that trains many runs at once.

In: a function with the arguments of `fit`. Out: the one in force here. Not here: training (fit.py, ensemble/).
"""

import contextlib
import contextvars
from collections.abc import Callable, Iterator
from typing import TypeAlias

from ssvae.data.dataset import Dataset
from ssvae.model.recipes import SSVAEConfig
from ssvae.training.course import AbstractObserver, Fit
from ssvae.training.fit import fit
from ssvae.training.progress import Progress
from ssvae.training.recipes import TrainingConfig

__all__ = ["Trainer", "present_trainer", "training_with"]

Trainer: TypeAlias = Callable[
    [SSVAEConfig, TrainingConfig, Dataset, int, AbstractObserver, Progress | None], Fit
]
"""Takes and gives what `fit` does."""

_present: contextvars.ContextVar[Trainer] = contextvars.ContextVar("trainer", default=fit)


def present_trainer() -> Trainer:
    """The function that trains; `fit` unless `training_with` says otherwise."""
    return _present.get()


@contextlib.contextmanager
def training_with(trainer: Trainer) -> Iterator[None]:
    """While inside, in this thread, `trainer` trains."""
    token = _present.set(trainer)
    try:
        yield
    finally:
        _present.reset(token)
