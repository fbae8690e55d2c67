"""A job in a thread of its own, parked where it would train until it is woken with its training's end.

Strictly one lane is awake at a time, so nothing in a job need be made for threads but its observer: whoever trains the
job tells it, perhaps while another is awake.
In: a job. Out: what it asks the trainer for, what it returned or raised. Not here: which lane is awake when (lanes.py,
overlapping.py).
"""

import contextlib
import contextvars
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from ssvae.composition.surroundings import Surroundings
from ssvae.data.dataset import Dataset
from ssvae.model.recipes import SSVAEConfig
from ssvae.stopping import StopRequest
from ssvae.training.course import AbstractObserver, Fit
from ssvae.training.ensemble.request import Request
from ssvae.training.progress import Progress, Row
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import StepTerms
from ssvae.training.trainer import training_with

__all__ = ["PATIENCE", "Lane"]

T = TypeVar("T")
Told = TypeVar("Told")

PATIENCE = 0.2
"""Seconds. Python hears a signal only when the main thread is awake, and another thread may have got it."""

_log = logging.getLogger(__name__)


class Lane(Generic[T]):
    """A job in a thread of its own, awake only while the launching thread waits for it.

    Attributes:
        request: What it is parked with; None when it is not parked.
        context: That of the job; who trains it does so inside, so that what is said there goes to the log of its run.
        answer: What it is to be woken with.
        closed_by: What ends it before its time.
        traced: Done when the programs of its training are traced; see `AbstractObserver.programs_traced`.
    """

    def __init__(self, job: Callable[[], T], stop: StopRequest):
        self.request: Request | None = None
        self.context = contextvars.copy_context()
        self.answer: Fit | BaseException | None = None
        self.closed_by: BaseException | None = None
        self.traced: Future[None] = Future()
        self._telling = threading.Lock()
        self._is_given_up = False
        self._job, self._stop = job, stop
        self._turn, self._rest = threading.Semaphore(0), threading.Semaphore(0)
        self._ends: list[T | BaseException] = []
        # A daemon: should the worst come, the process must be able to end.
        self._thread = threading.Thread(
            target=contextvars.copy_context().run, args=(self._work,), name="ssvae-lane", daemon=True
        )

    def begin(self) -> None:
        """Let the job run until it parks or ends.

        Raises:
            BaseException: when it ended with what is no `Exception`.
        """
        self._let(self._thread.start)

    def wake(self) -> None:
        """Let the job go on with its answer until it parks again or ends. Raises as `begin` does."""
        self.request = None
        self._let(self._turn.release)

    def close(self, error: BaseException) -> None:
        """End a job that is parked: its training's own error, if it had one, or else `error` is raised inside."""
        self.closed_by = error
        if self.request is not None:
            self.answer = self.answer if isinstance(self.answer, BaseException) else error
            with contextlib.suppress(BaseException):  # it is in the record of the job, and `error` goes on
                self.wake()

    def give_up_training(self) -> None:
        """Let nothing be told any more of a training that nobody waits for; what is being told is told to its end."""
        with self._telling:
            self._is_given_up = True

    def tell(self, context: contextvars.Context, tell: Callable[..., Told], *words: Any) -> Told:
        """Tell the job's observer, in the job's context.

        Raises:
            BaseException: what closed the lane, when its training was given up.
        """
        with self._telling:
            if self._is_given_up and self.closed_by is not None:
                raise self.closed_by
            return context.run(tell, *words)

    def result(self) -> T | BaseException:
        """What the job returned or raised, which it has by now."""
        return self._ends[0]

    def _let(self, go: Callable[[], None]) -> None:
        """Let the thread go and wait for it, signals being only noted meanwhile: the job asks for them."""
        outside = Surroundings.present()
        with self._stop.deaf():
            go()
            while not self._rest.acquire(timeout=PATIENCE):
                pass
            outside.put_up()
            if self._ends:
                self._thread.join()
        end = self._ends[0] if self._ends else None
        if isinstance(end, BaseException) and not isinstance(end, Exception):
            raise end

    def _work(self) -> None:
        """What the thread does."""
        try:
            with training_with(self._park):
                self._ends.append(self._job())
        except BaseException as error:
            self._ends.append(error)
        finally:
            self._rest.release()

    def _park(
        self,
        config: SSVAEConfig,
        training: TrainingConfig,
        dataset: Dataset,
        seed: int,
        observer: AbstractObserver,
        start: Progress | None = None,
    ) -> Fit:
        """The trainer in force in this lane; see `fit`."""
        if self.closed_by is not None:
            raise self.closed_by
        here = Surroundings.present()
        watched = _OfLane(observer, self)
        self.context = contextvars.copy_context()
        self.answer = None
        self.request = Request(config, training, dataset, seed, watched, start)
        self._rest.release()
        self._turn.acquire()
        here.put_up()
        answer, self.answer = self.answer, None
        if isinstance(answer, Fit):
            _tell(answer)
            return answer
        raise answer or RuntimeError("a lane was woken without an answer")


def _tell(fit: Fit) -> None:
    if fit.lanes > 1:
        _log.info(
            "Trained as one program with %d other runs: the time of an epoch is that of all, divided by those in it.",
            fit.lanes - 1,
        )


class _OfLane(AbstractObserver):
    """An observer that is told in the context of its own lane, whoever tells it, until its training is given up."""

    def __init__(self, observer: AbstractObserver, lane: Lane[Any]):
        self._observer, self._lane = observer, lane
        self._context = contextvars.copy_context()

    def programs_traced(self) -> None:
        """Passed on; whoever trains the lane may wait for it."""
        if not self._lane.traced.done():
            self._lane.traced.set_result(None)
        self._tell(self._observer.programs_traced)

    def epoch_done(self, row: Row, steps: StepTerms) -> None:
        """Passed on."""
        self._tell(self._observer.epoch_done, row, steps)

    def checkpoint_due(self, progress: Progress) -> None:
        """Passed on."""
        self._tell(self._observer.checkpoint_due, progress)

    def interruption(self) -> BaseException | None:
        """What closed the lane, or passed on."""
        return self._lane.closed_by or self._tell(self._observer.interruption)

    def trouble(self, text: str) -> None:
        """Passed on."""
        self._tell(self._observer.trouble, text)

    def diverged(self, progress: Progress) -> str:
        """Passed on."""
        return self._tell(self._observer.diverged, progress)

    def _tell(self, tell: Callable[..., T], *words: Any) -> T:
        return self._lane.tell(self._context, tell, *words)
