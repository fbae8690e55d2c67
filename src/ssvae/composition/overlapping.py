"""Jobs of which one trains while another is measured or begins: sweeps in which every run is trained by itself.

A training keeps XLA busy and Python idle; all else of a run does the opposite. So trainings follow one another in a
thread of their own, and meanwhile the job after begins and the job before is measured and written down; of these,
strictly one is awake at a time (lane.py). Every run computes what it would compute alone.
In: jobs, a function that trains a run. Out: what each job returned or raised. Not here: training (training/fit.py),
what a job does. Imports JAX: import it when there is something to train.
"""

import contextlib
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from ssvae.composition.lane import PATIENCE, Lane
from ssvae.errors import Interrupted
from ssvae.runs.logs import warnings_logged
from ssvae.runs.progress import without_bars
from ssvae.stopping import StopRequest, stop_signals
from ssvae.training.course import Fit
from ssvae.training.ensemble.request import Request
from ssvae.training.fit import fit

__all__ = ["run_overlapping"]

T = TypeVar("T")

Train = Callable[[Request], Fit]
"""Gives what `fit` would return, or raises it. It tells the observer what `fit` tells; while the first does not say
`programs_traced`, no other job begins."""

_MOST_OPEN = 3
"""Jobs: one that trains, one that waits to, one that is measured."""

_TURN = 0.0005
"""Seconds that Python gives a thread while another waits. Its own 5 ms are as long as an epoch of a small network."""


def _fit(request: Request) -> Fit:
    return fit(
        request.config, request.training, request.dataset, request.seed, request.observer, request.start
    )


def run_overlapping(jobs: Sequence[Callable[[], T]], train: Train = _fit) -> list[T | BaseException]:
    """Run jobs in their order, the training of one beside all else of those before and after it.

    Args:
        jobs: Each calls the trainer in force, as a run does, or not.
        train: Is called for one after another, outside the main thread; what it raises is raised inside the job.

    Returns:
        For each job what it returned, or the `Exception` it raised.

    Raises:
        BaseException: what ends more than one job, such as Ctrl-C or an exit; it is raised first inside each job that
            is open, so that it can say its last words; the one that trains has written a checkpoint by then, unless
            the signal came twice.
    """
    with stop_signals() as stop, without_bars(), warnings_logged(), _short_turns():
        lanes = [Lane(job, stop) for job in jobs]
        queue = _Queue(lanes, train, stop)
        try:
            queue.work()
        except BaseException as error:
            queue.close(error)
            if isinstance(error, Interrupted):
                stop.hand_back(error)
            raise
        finally:
            queue.leave()
        return [lane.result() for lane in lanes]


class _Queue:
    """Lanes that have not begun, and those that are parked."""

    def __init__(self, lanes: Sequence[Lane[Any]], train: Train, stop: StopRequest):
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ssvae-trainer")
        self._left = deque(lanes)
        self._parked: dict[Future[Fit], Lane[Any]] = {}
        """By the end of the training that each waits for; in the order of these."""
        self._train, self._stop = train, stop
        self._is_urgent = False

    def work(self) -> None:
        """Let the lanes go on, whichever can, until all are done: the next training is to be ready."""
        while self._left or self._parked:
            training = sum(not future.done() for future in self._parked)
            if self._left and training < 2 and len(self._parked) < _MOST_OPEN:
                self._stop.check()
                self._begin_next()
            elif training < len(self._parked):
                self._wake(next(future for future in self._parked if future.done()))
            else:
                self._wait_for(1, self._parked)

    def close(self, error: BaseException) -> None:
        """End every job that is parked; the one that trains after its epoch, unless that cannot wait."""
        for lane in self._parked.values():
            lane.closed_by = error
        under_way = [future for future in self._parked if not future.cancel()]
        if not self._is_urgent:
            with contextlib.suppress(Interrupted):
                self._wait_for(len(under_way), under_way)
        with self._stop.deaf():
            for future, lane in self._parked.items():
                lane.give_up_training()
                if future.done() and not future.cancelled():
                    lane.answer = _end_of(future)
                lane.close(error)

    def leave(self) -> None:
        """Let the thread that trains end with what it trains, which may be given up."""
        self._pool.shutdown(wait=not self._is_urgent)

    def _begin_next(self) -> None:
        lane, is_alone = self._left.popleft(), not self._parked
        with self._stop.deaf():  # a lane that is parked must be known to be
            lane.begin()
            self._hand_over(lane)
        if is_alone and self._parked:
            # Python traces the programs that every run waits for: what the next jobs do meanwhile would delay that.
            self._wait_for(1, [lane.traced, *self._parked])

    def _wake(self, future: Future[Fit]) -> None:
        with self._stop.deaf():
            lane = self._parked.pop(future)
            lane.answer = _end_of(future)
            lane.wake()
            self._hand_over(lane)

    def _hand_over(self, lane: Lane[Any]) -> None:
        """To the thread that trains, if the job waits for it."""
        if lane.request is not None:
            future = self._pool.submit(lane.context.run, _train_unless_stopped, self._train, lane.request)
            self._parked[future] = lane

    def _wait_for(self, count: int, futures: Collection[Future[Any]]) -> None:
        """Until so many are done. A signal that cannot wait for that is raised here."""
        until = ALL_COMPLETED if count == len(futures) else FIRST_COMPLETED
        try:
            while len(wait(futures, PATIENCE, until).done) < count:
                pass
        except Interrupted:
            self._is_urgent = True
            raise


def _train_unless_stopped(train: Train, request: Request) -> Fit:
    """In the thread that trains. What has been asked to stop does not begin."""
    if (interruption := request.observer.interruption()) is not None:
        raise interruption
    return train(request)


def _end_of(future: Future[Fit]) -> Fit | BaseException:
    error = future.exception()
    return future.result() if error is None else error


@contextlib.contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
