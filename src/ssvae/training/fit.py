"""The training loop: epochs until the last one, until patience runs out, or until a number is no number.

In: a structure, a recipe, a data set, an observer, and where an earlier training stopped, if one goes on. Out: `Fit`,
with the best and the last state. Not here: files and logs; the observer does what it likes with what it is told.
"""

import dataclasses
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence

import jax
import jax.numpy as jnp

from ssvae.data.dataset import Dataset
from ssvae.errors import TrainingDiverged
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.terms import TERMS, TOTAL
from ssvae.training.progress import Progress, Row, Snapshot
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import Session, StepTerms
from ssvae.training.state import TrainState

__all__ = ["AbstractObserver", "Fit", "fit"]

CAUTION = 0.5
"""What a setback leaves of the learning rate. Without a change, the same steps would end the same way."""

MOST_SETBACKS = 5
"""Then the learning rate is a thirty-second of what was asked, and something else must be wrong."""


class AbstractObserver(ABC):
    """Told of everything while it happens, on the host, between epochs."""

    @abstractmethod
    def epoch_done(self, row: Row, steps: StepTerms) -> None:
        """After every epoch: its row, and the terms of each of its steps."""

    @abstractmethod
    def checkpoint_due(self, progress: Progress) -> None:
        """After every `training.checkpoint_every` epochs, after the last one, and before an interruption."""

    @abstractmethod
    def interruption(self) -> BaseException | None:
        """Asked after every epoch: what ends the training before its time, or None to go on."""

    @abstractmethod
    def trouble(self, text: str) -> None:
        """A term became no finite number, and training goes on because `training.on_nan` says so."""

    @abstractmethod
    def diverged(self, progress: Progress) -> str:
        """Before `TrainingDiverged` is raised, with the progress after the last good epoch, if there was one.

        Returns:
            Where it is kept, for the message; empty when it is not.
        """


@dataclasses.dataclass(frozen=True)
class Fit:
    """A finished training."""

    state: TrainState
    """After the last epoch."""
    best: Snapshot
    """The epoch that `training.monitor` chose."""
    history: list[Row]
    stopped_early: bool


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
        start: Progress of a training of the same structure. Its state's memory is reused.

    Raises:
        TrainingDiverged: as `training.on_nan` says, when an epoch ends with a term that is not a finite number.
        BaseException: what `observer.interruption()` gives, after a checkpoint.
    """
    session = Session.prepare(config, training, dataset, seed)
    progress = start or Progress(session.first_state())
    while not progress.is_over(training):
        progress = _next(session, progress, observer)
        interruption = observer.interruption()
        is_due = progress.is_over(training) or progress.epoch % training.checkpoint_every == 0
        if is_due or interruption is not None:
            observer.checkpoint_due(progress)
        if interruption is not None:
            raise interruption
    if progress.best is None:
        raise TrainingDiverged(
            f"{training.monitor} was no finite number in any of {progress.epoch} epochs, so no epoch is the best. "
            "Try training.on_nan=stop to see where it begins."
        )
    history = list(progress.history)
    return Fit(progress.state, progress.best, history, stopped_early=len(history) < training.epochs)


def _next(session: Session, progress: Progress, observer: AbstractObserver) -> Progress:
    """Where training stands after one more epoch; after a setback, where it stood, with more caution."""
    training, epoch = session.training, progress.epoch + 1
    spare = None if training.on_nan == "ignore" else _copied(progress.state)
    caution = CAUTION**progress.setbacks
    started = time.perf_counter()
    state, info = session.train(progress.state, epoch, caution)
    row, steps = session.numbers(state, info, epoch, caution)
    row["time"] = time.perf_counter() - started
    fault = _fault(row, progress.history)
    if fault is not None and spare is not None:
        good = dataclasses.replace(progress, state=spare)
        if training.on_nan == "restore" and progress.setbacks < MOST_SETBACKS:
            observer.trouble(f"{fault} Going on from the end of epoch {epoch - 1} at half the learning rate.")
            return dataclasses.replace(good, setbacks=progress.setbacks + 1)
        observer.epoch_done(row, steps)  # so that the record shows what diverged
        raise TrainingDiverged(f"{fault} {_advice(row, progress)} {_last_good(good, observer)}")
    observer.epoch_done(row, steps)
    if fault is not None:
        observer.trouble(f"{fault} Training goes on, because training.on_nan=ignore.")
    return progress.after(state, row, training.monitor, session.temperature(epoch))


@jax.jit
def _copied(state: TrainState) -> TrainState:
    """The state in memory of its own: a step reuses that of the state it is given."""
    return jax.tree.map(jnp.copy, state)


def _fault(row: Row, history: Sequence[Row]) -> str | None:
    """Names the first term that is no finite number, and what it was before; None when all are."""
    for key in (*TERMS, TOTAL, *(key for key in row if key.endswith(".val"))):
        if math.isfinite(row.get(key, 0.0)):
            continue
        before = (
            f"it was {history[-1][key]:.4g} the epoch before" if history else "no epoch before was finished"
        )
        return f"{key} became {row[key]} in epoch {row['epoch']}; {before}."
    return None


def _advice(row: Row, progress: Progress) -> str:
    rates = f"a smaller training.learning_rate (it was {row['learning_rate']:.3g})"
    if progress.setbacks:
        return f"It did so {progress.setbacks + 1} times, at ever smaller rates. Try {rates} from the start."
    return f"Try {rates} or a smaller training.gradient_clip, or training.on_nan=restore."


def _last_good(progress: Progress, observer: AbstractObserver) -> str:
    if not progress.history:
        return "No epoch was good."
    kept = observer.diverged(progress)
    return f"The last good epoch is {progress.epoch}{f', kept in {kept}' if kept else ''}."
