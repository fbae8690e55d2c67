"""The training loop: epochs until the last one, until patience runs out, or until a number is no number.

In: a structure, a recipe, a data set, an observer, and where an earlier training stopped, if one goes on. Out: `Fit`,
with the best and the last state. Not here: what follows from the numbers of an epoch (course.py).
"""

import contextlib
import math
import time
from collections import deque

import jax

from ssvae.data.dataset import Dataset
from ssvae.model.recipes import SSVAEConfig
from ssvae.training.course import AbstractObserver, Course, Fit
from ssvae.training.programs import compile_programs
from ssvae.training.progress import Progress
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import EpochUnderWay, Session

__all__ = ["AbstractObserver", "Epochs", "Fit", "fit"]

_WORK_AHEAD = 0.1
"""Seconds of work that the device has before it: longer than what is done on the host between two epochs, and short
enough to be waited for when training ends before its time."""

_MOST_AHEAD = 4
"""Epochs: each has a state in memory."""


def fit(
    config: SSVAEConfig,
    training: TrainingConfig,
    dataset: Dataset,
    seed: int,
    observer: AbstractObserver,
    start: Progress | None = None,
) -> Fit:
    """Train a model from the seed on, or from where an earlier training stopped.

    All that is drawn depends on (seed, epoch), or on (key, step) of the state, so going on gives to the bit what
    training in one piece would have given.

    Args:
        config: The model.
        training: How to train it.
        dataset: The data.
        seed: The run's seed.
        observer: Is told.
        start: Progress of a training of the same structure.

    Raises:
        TrainingDiverged: as `training.on_nan` says, when an epoch ends with a term that is not a finite number.
        BaseException: what `observer.interruption()` gives, after a checkpoint.
    """
    session = Session.prepare(config, training, dataset, seed)
    if start is None or not start.is_over(training):
        compile_programs(session, start.state if start else None, observer.programs_traced)
    course = Course(session, observer, start)
    epochs = Epochs(course)
    try:
        while not course.is_over:
            epochs.take_next()
            if (interruption := course.pause()) is not None:
                raise interruption
    finally:
        epochs.forget()
    return course.result()


class Epochs:
    """The epochs of a course, one by one.

    While the numbers of one are looked at and written down, the device computes the next ones already, where they are
    short. When it turns out that these were not the next, as after a setback, they are forgotten: the state they began
    from is still there.
    """

    def __init__(self, course: Course):
        self._course = course
        self._under_way: deque[EpochUnderWay] = deque()
        self._since = time.perf_counter()
        """When the numbers of the epoch before were there."""
        self._shortest = math.inf
        """Seconds of the shortest epoch so far: others may have waited for a disk."""

    def take_next(self) -> None:
        """Move the course on by an epoch. Its `time` is what has passed since the epoch before.

        Raises:
            TrainingDiverged: see `fit`.
        """
        course = self._course
        present = self._present()
        self._begin_those_after(present)
        row, steps = course.session.numbers(present)
        now = time.perf_counter()
        row["time"], self._since = now - self._since, now
        self._shortest = min(self._shortest, row["time"])
        course.take(present.after, row, steps)

    def forget(self) -> None:
        """Those that nobody will look at; waited for, as XLA cannot bear that its memory is freed under it."""
        while self._under_way:
            with contextlib.suppress(jax.errors.JaxRuntimeError):
                jax.block_until_ready(self._under_way.popleft().after)

    def _present(self) -> EpochUnderWay:
        """The next epoch of the course, which may be under way."""
        state, epoch, caution = self._course.progress.state, self._course.epoch, self._course.caution
        if self._under_way:
            ahead = self._under_way.popleft()
            if ahead.before is state and ahead.caution == caution:
                return ahead
            self.forget()
        return self._course.session.begin(state, epoch, caution)

    def _begin_those_after(self, present: EpochUnderWay) -> None:
        """Until the device has enough to do, or the last may be the last of all."""
        last = self._under_way[-1] if self._under_way else present
        most = min(_MOST_AHEAD, int(_WORK_AHEAD / self._shortest))
        while len(self._under_way) < most and not self._course.may_end_with(last.epoch):
            last = self._course.session.begin(last.after, last.epoch + 1, last.caution)
            self._under_way.append(last)
