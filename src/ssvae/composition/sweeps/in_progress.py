"""The sweep this process is at work on: what the launcher asks for each job, and tells of it.

In: slots, a policy. Out: frozen configurations, attempts counted, a record that follows. Not here: how a job is run
(composition/launching.py), what is shown meanwhile (display.py).
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from omegaconf import DictConfig

from ssvae.composition.exit_codes import STOPPED
from ssvae.composition.outcome import Outcome, forget, outcome_of
from ssvae.composition.overrides import written
from ssvae.composition.sweeps.book import SweepBook
from ssvae.composition.sweeps.display import AbstractDisplay
from ssvae.composition.sweeps.matching import Slot, Task
from ssvae.composition.sweeps.planned import frozen
from ssvae.composition.sweeps.recipes import OnFailure
from ssvae.errors import ConfigError, RunDirectoryError, TrainingDiverged, did_you_mean, reason_of
from ssvae.runs.lifecycle.state import ENDED, peek_state
from ssvae.runs.summary import read_summary
from ssvae.runs.sweeps.record import Job

__all__ = ["SweepInProgress", "present_sweep", "sweep_in_progress"]

T = TypeVar("T")

_HOPELESS = (ConfigError, TrainingDiverged)
"""What would happen again, step for step, if the job were tried again."""


@dataclasses.dataclass
class SweepInProgress:
    """What the launcher needs to know, and whom it tells."""

    folder: Path
    slots: Sequence[Slot]
    policy: OnFailure
    book: SweepBook
    display: AbstractDisplay
    metric: str | None = None
    """What is to order the configurations; which numbers there are, no one knows before a run has them."""
    is_stopped: bool = False
    """Whether a failure said that no further job begins."""

    def todo(self) -> list[tuple[str, ...]]:
        """The words of each job that is not complete, its folder among them."""
        return [self._words(slot) for slot in self.slots if slot.task is not Task.NOTHING]

    def slot_of(self, words: Sequence[str]) -> Slot | None:
        """The job these words were handed out for; None for those of a sweeper that makes up its own."""
        return self._by_words.get(tuple(words))

    def configuration(self, slot: Slot, shared: Sequence[str]) -> DictConfig:
        """All of what Hydra would compose for the job; see `frozen`.

        Args:
            slot: The job.
            shared: The words about Hydra itself that all jobs share.
        """
        return frozen(slot.planned, [*shared, _folder_word(slot)])

    def run(self, slot: Slot, run: Callable[[], T]) -> T:
        """Run a job, again if the policy says so, and keep the record.

        Args:
            slot: The job.
            run: One attempt; it returns when the job failed, and raises when the sweep is to end.
        """
        run_dir, left = self.folder.absolute() / slot.job.folder, self.policy.retries
        while True:
            self.began(slot)
            try:
                with self.display.following(slot.job.folder):
                    returned = run()
            except BaseException as interruption:
                self.ended(slot, Outcome(run_dir, interruption))
                raise
            outcome = outcome_of(run_dir)
            if outcome.error is None or not left or isinstance(outcome.error, _HOPELESS):
                self.ended(slot, outcome)
                self.is_stopped |= outcome.error is not None and self.policy.stops
                return returned
            left -= 1
            self.display.repeats(self._noted(slot, outcome), left)
            forget(run_dir)

    def began(self, slot: Slot) -> None:
        """An attempt of the job begins."""
        self.book.began(slot.job.number)
        self.display.began(slot.job)

    def ended(self, slot: Slot, outcome: Outcome) -> None:
        """The last attempt of the job has ended."""
        job = self._noted(slot, outcome)
        self.display.ended(job)
        if job.state == "completed" and self.metric is not None:
            self._look_for_metric(job)

    def _look_for_metric(self, job: Job) -> None:
        """Say it once, early, when the first run that is complete has no number of this name."""
        try:
            known = read_summary(self.folder / job.folder)["metrics"]
        except RunDirectoryError:  # a damaged one is told of at the end
            return
        asked, self.metric = self.metric, None
        if asked not in known:
            guess = did_you_mean(str(asked), known)
            self.display.tell(
                f"WARNING: {job.folder} has no number sweep.metric={asked}.{guess} The sweep goes on; afterwards, "
                "sweep.resume=DIR sweep.metric=… orders it by another."
            )

    def _noted(self, slot: Slot, outcome: Outcome) -> Job:
        """The job by now, an attempt having ended."""
        status = peek_state(outcome.run_dir).get("status")
        told = (
            "completed" if outcome.error is None else "interrupted" if outcome.code in STOPPED else "failed"
        )
        state = status if status in ENDED else told
        reason = None if outcome.error is None else reason_of(outcome.error).splitlines()[0]
        return self.book.ended(slot.job.number, state, reason)

    def __post_init__(self) -> None:
        self._by_words: Mapping[tuple[str, ...], Slot] = {self._words(slot): slot for slot in self.slots}

    def _words(self, slot: Slot) -> tuple[str, ...]:
        return (*slot.planned.words, _folder_word(slot))


def _folder_word(slot: Slot) -> str:
    """A job's folder does not depend on its place among those left to do, so it is said."""
    return written("hydra.sweep.subdir", slot.job.folder)


_present: SweepInProgress | None = None


def present_sweep() -> SweepInProgress | None:
    """The sweep of this process; None when there is none, as in a worker that was sent a job."""
    return _present


@contextlib.contextmanager
def sweep_in_progress(sweep: SweepInProgress) -> Iterator[None]:
    """While inside, `present_sweep` gives it."""
    global _present
    _present = sweep
    try:
        yield
    finally:
        _present = None
