"""The way of one run through its epochs: what follows from the numbers of each, whoever computed them.

An epoch is good, or the run is set back, or it has diverged; after it, a checkpoint may be due, and training may be
over. In: progress, an observer, and after each epoch its numbers. Out: progress again, and in the end `Fit`. Not here:
computing an epoch (session.py), how runs take turns (fit.py, ensemble/); files and logs: the observer does what it
likes with what it is told.
"""

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

from ssvae.errors import TrainingDiverged
from ssvae.model.terms import TERMS, TOTAL
from ssvae.training.progress import Progress, Row, Snapshot
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import Session, StepTerms
from ssvae.training.state import TrainState

__all__ = ["AbstractObserver", "Course", "Fit"]

CAUTION = 0.5
"""What a setback leaves of the learning rate. Without a change, the same steps would end the same way."""

MOST_SETBACKS = 5
"""Then the learning rate is a thirty-second of what was asked, and something else must be wrong."""


class AbstractObserver(ABC):
    """Told of everything in its order, on the host; the device may be at a later epoch by then."""

    def programs_traced(self) -> None:  # noqa: B027 - few observers do anything then
        """Before the first epoch of a run that trains by itself: from now on Python has little to do for it."""

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
    lanes: int = 1
    """Runs that were trained as one program, this one included: `time` in `history` is the time of all, divided by
    those that were still training."""


class Course:
    """Where one run stands, moved on by the numbers of its epochs.

    Attributes:
        progress: After the last epoch that counts.
    """

    def __init__(self, session: Session, observer: AbstractObserver, start: Progress | None = None):
        self.session = session
        self.progress = start or Progress(session.first_state())
        self._observer = observer

    @property
    def training(self) -> TrainingConfig:
        """How the run is trained."""
        return self.session.training

    @property
    def epoch(self) -> int:
        """The one that comes next, counted from 1."""
        return self.progress.epoch + 1

    @property
    def caution(self) -> float:
        """What the learning rate is multiplied by: setbacks lower it."""
        return CAUTION**self.progress.setbacks

    @property
    def is_over(self) -> bool:
        """Whether no epoch is left."""
        return self.progress.is_over(self.training)

    def may_end_with(self, epoch: int) -> bool:
        """Whether an epoch may be the last one: all will be done, or patience may run out."""
        patience, best_epoch = self.training.patience, self.progress.best_epoch
        return epoch >= self.training.epochs or (patience is not None and epoch - best_epoch >= patience)

    def take(self, state: TrainState, row: Row, steps: StepTerms) -> None:
        """Move on by an epoch; after a setback, stay where the run stood, with more caution.

        Args:
            state: After the epoch.
            row: Its numbers.
            steps: The terms of its steps.

        Raises:
            TrainingDiverged: as `training.on_nan` says, when a term is not a finite number.
        """
        training, progress = self.training, self.progress
        fault = _fault(row, progress.history)
        if fault is not None and training.on_nan != "ignore":
            if training.on_nan == "restore" and progress.setbacks < MOST_SETBACKS:
                self._observer.trouble(
                    f"{fault} Going on from the end of epoch {progress.epoch} at half the learning rate."
                )
                self.progress = dataclasses.replace(progress, setbacks=progress.setbacks + 1)
                return
            self._observer.epoch_done(row, steps)  # so that the record shows what diverged
            advice = _advice(row, progress, self.session.training.gradient_clip)
            raise TrainingDiverged(f"{fault} {advice} {_last_good(progress, self._observer)}")
        self._observer.epoch_done(row, steps)
        if fault is not None:
            self._observer.trouble(f"{fault} Training goes on, because training.on_nan=ignore.")
        self.progress = progress.after(state, row, training.monitor, self.session.temperature(self.epoch))

    def pause(self) -> BaseException | None:
        """Between two epochs: a checkpoint if one is due; gives what ends the run before its time, or None."""
        interruption = self._observer.interruption()
        is_due = self.is_over or self.progress.epoch % self.training.checkpoint_every == 0
        if is_due or interruption is not None:
            self._observer.checkpoint_due(self.progress)
        return interruption

    def result(self, lanes: int = 1) -> Fit:
        """What the run came to, all epochs being done.

        Args:
            lanes: See `Fit`.

        Raises:
            TrainingDiverged: when no epoch gave a number to choose it by.
        """
        progress, training = self.progress, self.training
        if progress.best is None:
            raise TrainingDiverged(
                f"{training.monitor} was no finite number in any of {progress.epoch} epochs, so no epoch is the best. "
                "Try training.on_nan=stop to see where it begins."
            )
        history = list(progress.history)
        is_short = len(history) < training.epochs
        return Fit(progress.state, progress.best, history, stopped_early=is_short, lanes=lanes)


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


def _advice(row: Row, progress: Progress, clip: float | None) -> str:
    rates = f"a smaller training.learning_rate (it was {row['learning_rate']:.3g})"
    if progress.setbacks:
        return f"It did so {progress.setbacks + 1} times, at ever smaller rates. Try {rates} from the start."
    shorter = "training.gradient_clip=10" if clip is None else "a smaller training.gradient_clip"
    return f"Try {rates} or {shorter}, or training.on_nan=restore."


def _last_good(progress: Progress, observer: AbstractObserver) -> str:
    if not progress.history:
        return "No epoch was good."
    kept = observer.diverged(progress)
    return f"The last good epoch is {progress.epoch}{f', kept in {kept}' if kept else ''}."
