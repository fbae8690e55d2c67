"""What training tells, handed to the record, the log and the bar.

In: calls between epochs. Out: rows, lines, checkpoints. Not here: what they look like (runs/).
"""

import logging
from collections.abc import Callable

from ssvae.experiment import Experiment
from ssvae.model.terms import TERMS, absence
from ssvae.runs.recorder import RunRecorder
from ssvae.status import Finding
from ssvae.stopping import StopRequest
from ssvae.training.fit import AbstractObserver
from ssvae.training.progress import Progress, Row, checkpoints_of
from ssvae.training.session import StepTerms

__all__ = ["RecordingObserver"]

_log = logging.getLogger(__name__)


class RecordingObserver(AbstractObserver):
    """Tells the recorder everything."""

    def __init__(
        self,
        recorder: RunRecorder,
        experiment: Experiment,
        advance: Callable[[int], None],
        stop: StopRequest,
        start: Progress | None,
    ):
        self._recorder = recorder
        self._experiment = experiment
        self._advance = advance
        self._stop = stop
        self._saved_best = start.best.epoch if start and start.best else None
        self._logged = ("loss.total", *(key for key in TERMS if absence(key, experiment.model) is None))
        advance(start.epoch if start else 0)

    def epoch_done(self, row: Row, steps: StepTerms) -> None:
        """Log lines of batches if asked for, then the line and the row of the epoch."""
        every = self._experiment.training.log_every_batches
        count = len(steps["loss.total"])
        for number in range(every, count + 1, every) if every else ():
            terms = " | ".join(f"{key}: {steps[key][number - 1]:.1f}" for key in self._logged)
            _log.info("  batch %d/%d | %s", number, count, terms)
        self._recorder.epoch(row)
        self._advance(1)

    def checkpoint_due(self, progress: Progress) -> None:
        """Save the last state, and the best weights if they are new."""
        saved = checkpoints_of(progress, self._experiment.seed)
        best_epoch = progress.best.epoch if progress.best else None
        if best_epoch == self._saved_best:
            saved.pop("best", None)
        self._recorder.checkpoints(saved)
        self._saved_best = best_epoch

    def interruption(self) -> BaseException | None:
        """What a signal asked for."""
        return self._stop.interruption()

    def trouble(self, text: str) -> None:
        """A warning of the run."""
        self._recorder.warning(Finding("not_a_number", text))

    def diverged(self, progress: Progress) -> str:
        """Save what was good: a run with other settings can go on from there."""
        self.checkpoint_due(progress)
        return "checkpoints/"
