"""Jobs that wait for one another where they train, so that they can be trained as one program.

Each job runs in a thread, its lane, and is parked where it would train; strictly one lane is awake at a time, so
nothing in a job need be made for threads. When all lanes are parked or done, their trainings are handed over together,
and each lane is woken with its own to go on as if it had trained by itself.
In: jobs, a function that trains many runs. Out: what each job returned or raised. Not here: training
(training/ensemble/), what a job does. Imports JAX: import it when there is something to train.
"""

import contextlib
import contextvars
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ssvae.composition.surroundings import Surroundings
from ssvae.data.dataset import Dataset
from ssvae.errors import Interrupted
from ssvae.model.recipes import SSVAEConfig
from ssvae.runs.progress import without_bars
from ssvae.stopping import StopRequest, stop_signals
from ssvae.training.course import AbstractObserver, Fit
from ssvae.training.ensemble.request import Request
from ssvae.training.progress import Progress, Row
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import StepTerms
from ssvae.training.trainer import training_with

__all__ = ["run_in_lanes"]

T = TypeVar("T")

Train = Callable[[list[Request]], Sequence[Fit | BaseException]]
"""Gives for each request what `fit` would have returned or raised."""

Portions = Callable[[list[Request]], Sequence[Sequence[int]]]
"""Gives the places of the requests that are trained at once."""

_PATIENCE = 0.2
"""Seconds. Python hears a signal only when the main thread is awake, and another thread may have got it."""

_log = logging.getLogger(__name__)


def _all_at_once(requests: list[Request]) -> list[range]:
    return [range(len(requests))]


def run_in_lanes(
    jobs: Sequence[Callable[[], T]], train: Train, portions: Portions = _all_at_once
) -> list[T | BaseException]:
    """Run jobs that are trained together. All of them are open at once, each with a thread, its files and its data.

    Args:
        jobs: Each calls the trainer in force, as a run does, or not; then it is done before the others train.
        train: Trains what the jobs ask for; an `Exception` of it is raised inside the jobs that it was called for.
        portions: Which of them at once; the jobs of a portion are finished before the next is trained.

    Returns:
        For each job what it returned, or the `Exception` it raised.

    Raises:
        BaseException: what ends more than one job, such as Ctrl-C, an exit, or an error of `portions`; it is raised
            first inside each job that waits, so that it can say its last words.
    """
    with stop_signals() as stop, without_bars():
        lanes = [_Lane(job, stop) for job in jobs]
        try:
            for lane in lanes:
                stop.check()
                lane.begin()
            while parked := [lane for lane in lanes if lane.request is not None]:
                _train(parked, train, portions)
        except BaseException as error:
            with stop.deaf():
                for lane in lanes:
                    lane.close(error)
            if isinstance(error, Interrupted):
                stop.hand_back(error)
            raise
        return [lane.result() for lane in lanes]


def _train(parked: "Sequence[_Lane]", train: Train, portions: Portions) -> None:
    requests = [lane.request for lane in parked if lane.request is not None]
    for places in portions(requests):
        lanes = [parked[place] for place in places]
        try:
            answers = train([requests[place] for place in places])
        except Exception as error:
            answers = [error] * len(lanes)
        for lane, answer in zip(lanes, answers, strict=True):
            lane.answer = answer
        for lane in lanes:
            lane.wake()


class _Lane(Generic[T]):
    """A job in a thread of its own, awake only while the launching thread waits for it.

    Attributes:
        request: What it is parked with; None when it is not parked.
        answer: What it is to be woken with.
    """

    def __init__(self, job: Callable[[], T], stop: StopRequest):
        self.request: Request | None = None
        self.answer: Fit | BaseException | None = None
        self._job, self._stop = job, stop
        self._turn, self._rest = threading.Semaphore(0), threading.Semaphore(0)
        self._closed_by: BaseException | None = None
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
        self._closed_by = error
        if self.request is not None:
            self.answer = self.answer if isinstance(self.answer, BaseException) else error
            with contextlib.suppress(BaseException):  # it is in the record of the job, and `error` goes on
                self.wake()

    def result(self) -> T | BaseException:
        """What the job returned or raised, which it has by now."""
        return self._ends[0]

    def _let(self, go: Callable[[], None]) -> None:
        """Let the thread go and wait for it, signals being only noted meanwhile: the job asks for them."""
        outside = Surroundings.present()
        with self._stop.deaf():
            go()
            while not self._rest.acquire(timeout=_PATIENCE):
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
        if self._closed_by is not None:
            raise self._closed_by
        here = Surroundings.present()
        watched = _InContext(observer, contextvars.copy_context())
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


class _InContext(AbstractObserver):
    """An observer that is told in the context of its own lane, whoever tells it."""

    def __init__(self, observer: AbstractObserver, context: contextvars.Context):
        self._observer, self._context = observer, context

    def epoch_done(self, row: Row, steps: StepTerms) -> None:
        """Passed on, as all others are."""
        self._context.run(self._observer.epoch_done, row, steps)

    def checkpoint_due(self, progress: Progress) -> None:
        """Passed on."""
        self._context.run(self._observer.checkpoint_due, progress)

    def interruption(self) -> BaseException | None:
        """Passed on."""
        return self._context.run(self._observer.interruption)

    def trouble(self, text: str) -> None:
        """Passed on."""
        self._context.run(self._observer.trouble, text)

    def diverged(self, progress: Progress) -> str:
        """Passed on."""
        return self._context.run(self._observer.diverged, progress)
