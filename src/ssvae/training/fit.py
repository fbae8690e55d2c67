"""The training loop: epochs until the last one, until patience runs out, or until a number is no number.

In: a structure, a recipe, a data set, an observer, and where an earlier training stopped, if one goes on. Out: `Fit`,
with the best and the last state. Not here: what follows from the numbers of an epoch (course.py).
"""

import time

from ssvae.data.dataset import Dataset
from ssvae.model.recipes import SSVAEConfig
from ssvae.training.course import AbstractObserver, Course, Fit
from ssvae.training.progress import Progress
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import Session

__all__ = ["AbstractObserver", "Fit", "fit", "take_next"]


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
    course = Course(Session.prepare(config, training, dataset, seed), observer, start)
    while not course.is_over:
        take_next(course)
        if (interruption := course.pause()) is not None:
            raise interruption
    return course.result()


def take_next(course: Course) -> None:
    """Train one more epoch.

    Raises:
        TrainingDiverged: see `fit`.
    """
    session, epoch, caution = course.session, course.epoch, course.caution
    started = time.perf_counter()
    state, info = session.train(course.progress.state, epoch, caution)
    row, steps = session.numbers(state, info, epoch, caution)
    row["time"] = time.perf_counter() - started
    course.take(state, row, steps)
