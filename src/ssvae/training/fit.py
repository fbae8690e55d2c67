"""The training loop: epochs until the last one, until patience runs out, or until a number is no number.

In: a structure, a recipe, a data set, an observer, and where an earlier training stopped, if one goes on. Out: `Fit`,
with the best and the last state. Not here: what follows from the numbers of an epoch (course.py).
"""

import time

from ssvae.data.dataset import Dataset
from ssvae.model.recipes import SSVAEConfig
from ssvae.training.course import AbstractObserver, Course, Fit
from ssvae.training.programs import compile_programs
from ssvae.training.progress import Progress
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import EpochUnderWay, Session

__all__ = ["AbstractObserver", "Epochs", "Fit", "fit"]


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
    compile_programs(session, start.state if start else None)
    course = Course(session, observer, start)
    epochs = Epochs(course)
    while not course.is_over:
        epochs.take_next()
        if (interruption := course.pause()) is not None:
            raise interruption
    return course.result()


class Epochs:
    """The epochs of a course, one by one.

    While the numbers of one are looked at and written down, the device computes the next already. When it turns out
    that this was not the next, as after a setback, it is forgotten: the state it began from is still there.
    """

    def __init__(self, course: Course):
        self._course = course
        self._ahead: EpochUnderWay | None = None
        self._since = time.perf_counter()

    def take_next(self) -> None:
        """Move the course on by an epoch. Its `time` is what has passed since the epoch before.

        Raises:
            TrainingDiverged: see `fit`.
        """
        course = self._course
        present = self._present()
        self._ahead = self._begun_after(present)
        row, steps = course.session.numbers(present)
        now = time.perf_counter()
        row["time"], self._since = now - self._since, now
        course.take(present.after, row, steps)

    def _present(self) -> EpochUnderWay:
        """The next epoch of the course, which may be under way."""
        state, epoch, caution = self._course.progress.state, self._course.epoch, self._course.caution
        ahead = self._ahead
        if ahead is not None and ahead.before is state and ahead.caution == caution:
            return ahead
        return self._course.session.begin(state, epoch, caution)

    def _begun_after(self, present: EpochUnderWay) -> EpochUnderWay | None:
        """The one after, unless this may be the last."""
        if self._course.may_end_with(present.epoch):
            return None
        return self._course.session.begin(present.after, present.epoch + 1, present.caution)
