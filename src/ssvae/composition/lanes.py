"""Jobs that wait for one another where they train, so that they can be trained as one program.

Each job runs in a lane (lane.py), parked where it would train. When all lanes are parked or done, their trainings are
handed over together, and each lane is woken with its own to go on as if it had trained by itself.
In: jobs, a function that trains many runs. Out: what each job returned or raised. Not here: training
(training/ensemble/), what a job does. Imports JAX: import it when there is something to train.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from ssvae.composition.lane import Lane
from ssvae.errors import Interrupted
from ssvae.runs.progress import without_bars
from ssvae.stopping import stop_signals
from ssvae.training.course import Fit
from ssvae.training.ensemble.request import Request

__all__ = ["run_in_lanes"]

T = TypeVar("T")

Train = Callable[[list[Request]], Sequence[Fit | BaseException]]
"""Gives for each request what `fit` would have returned or raised."""

Portions = Callable[[list[Request]], Sequence[Sequence[int]]]
"""Gives the places of the requests that are trained at once."""


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
        lanes = [Lane(job, stop) for job in jobs]
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


def _train(parked: "Sequence[Lane]", train: Train, portions: Portions) -> None:
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
