"""Training many runs as one program, each exactly as it would be trained alone.

Every run has its own keys, data order, numbers, checkpoints, patience and setbacks. Who is done stays in the program
and is not looked at any more; when half of them are, the program is exchanged for a smaller one. A run's state is kept
apart after each epoch, so that whatever happens to the program, each run goes on from its last good epoch.
In: requests. Out: for each, its `Fit` or what ended it. Not here: one step of the program (stack.py), what follows from
an epoch (course.py).
"""

import gc
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

import jax

from ssvae.errors import reason_of
from ssvae.training.course import Course, Fit
from ssvae.training.ensemble.memory import is_out_of_memory, lanes_for
from ssvae.training.ensemble.request import Request, static_key
from ssvae.training.ensemble.stack import Stack, with_images_of
from ssvae.training.fit import Epochs
from ssvae.training.session import Session, StepTerms
from ssvae.training.state import TrainState
from ssvae.training.validate import Scores

__all__ = ["fit_together", "portions"]

_log = logging.getLogger(__name__)


def portions(requests: Sequence[Request], lanes: int | None = None) -> list[list[int]]:
    """Which requests are trained together: their places, those of one portion having one `static_key`.

    Args:
        requests: Runs that ask to be trained.
        lanes: The most in a portion; None for as many as the device has memory for.
    """
    groups: dict[object, list[int]] = {}
    for place, request in enumerate(requests):
        groups.setdefault(static_key(request), []).append(place)
    return [portion for group in groups.values() for portion in _cut(requests, group, lanes)]


def _cut(requests: Sequence[Request], group: list[int], lanes: int | None) -> list[list[int]]:
    size = lanes or lanes_for([requests[place] for place in group], jax.local_devices()[0])
    return [group[start : start + size] for start in range(0, len(group), size)]


def fit_together(requests: Sequence[Request], *, lanes: int | None = None) -> list[Fit | BaseException]:
    """Train runs; those that can share a program do.

    A run that is the only one of its kind is trained as `fit` does it, to the bit. Others have the same keys and the
    same order of data as alone, and numbers that differ by rounding.

    Args:
        requests: Runs that ask to be trained.
        lanes: The most that are trained as one program; None for as many as the device has memory for.

    Returns:
        In the order of the requests, what `fit` would have returned or raised.

    Raises:
        KeyboardInterrupt: when a signal did not wait for the end of the epoch.
    """
    found: dict[int, Fit | BaseException] = {}
    for portion in portions(requests, lanes):
        found |= zip(portion, _fit_portion([requests[place] for place in portion]), strict=True)
    return [found[place] for place in range(len(requests))]


class _Lane:
    """A run and its end, as soon as it has one."""

    def __init__(self, course: Course):
        self.course = course
        self.end: Fit | BaseException | None = None
        self.lanes = 1

    def settle(self) -> None:
        """Between two epochs: a checkpoint if one is due, and the end if it has come."""
        if (interruption := self.course.pause()) is not None:
            self.end = interruption
        else:
            self.finish()

    def finish(self) -> None:
        """The end if no epoch is left."""
        if self.course.is_over:
            self.end = self.course.result(self.lanes)

    def train_alone(self) -> None:
        """As `fit` does it, from where it stands."""
        epochs = Epochs(self.course)
        while self.end is None:
            epochs.take_next()
            self.settle()


def _fit_portion(requests: Sequence[Request]) -> list[Fit | BaseException]:
    """Requests of one key, all at once."""
    try:
        lanes = [
            _Lane(Course(session, request.observer, request.start))
            for session, request in zip(_sessions(requests), requests, strict=True)
        ]
    except Exception as error:
        return [error for _ in requests]
    for lane in lanes:
        _guarded(lane, lane.finish)  # one that goes on may have been trained to its end before
    _train(lanes)
    return [lane.end for lane in lanes if lane.end is not None]


def _sessions(requests: Sequence[Request]) -> list[Session]:
    """One after another, so that the device never holds the images more than twice."""
    first = _prepared(requests[0])
    return [first, *(with_images_of(first, _prepared(request)) for request in requests[1:])]


def _prepared(request: Request) -> Session:
    return Session.prepare(request.config, request.training, request.dataset, request.seed)


def _train(lanes: Sequence[_Lane]) -> None:
    """Until all have their end; with fewer at a time when the device has too little memory."""
    active = [lane for lane in lanes if lane.end is None]
    if not active:
        return
    if len(active) == 1:
        _guarded(active[0], active[0].train_alone)
        return
    try:
        _train_stacked(active)
    except Exception as error:
        if not is_out_of_memory(error):
            _end_all(active, error)
            return
        half = -(-len(active) // 2)
        _log.warning("%d runs at once need more memory than there is; going on with %d.", len(active), half)
    else:
        return
    # Here the error is forgotten, and with it all that its traceback held on to, if in circles.
    gc.collect()
    for part in (active[:half], active[half:]):
        _train(part)


def _train_stacked(lanes: Sequence[_Lane]) -> None:
    """All as one program, until all have their end or so few are left that a smaller one does."""
    members, stack = list(lanes), Stack([lane.course for lane in lanes])
    while active := [lane for lane in members if lane.end is None]:
        if len(kept := _kept(members)) < len(members):
            members, stack = kept, Stack([lane.course for lane in kept])
        if _take_next(members, stack, len(active)):
            stack = Stack([lane.course for lane in members])


def _kept(members: list[_Lane]) -> list[_Lane]:
    """The members of the next program: when half are done, the others, filled up to a power of two.

    Sizes are powers of two so that there are few programs to compile.
    """
    active = [lane for lane in members if lane.end is None]
    if 2 * len(active) > len(members):
        return members
    size = 1 << (len(active) - 1).bit_length()
    done = [lane for lane in members if lane.end is not None]
    return [*active, *done[: size - len(active)]]


def _take_next(members: Sequence[_Lane], stack: Stack, num_active: int) -> bool:
    """One epoch of all; gives whether one of them was set back, so that the stack is not what it should be."""
    started = time.perf_counter()
    numbers = stack.train()
    share = (time.perf_counter() - started) / num_active
    is_set_back = False
    for place, lane in enumerate(members):
        if lane.end is None:
            lane.lanes = max(lane.lanes, len(members))
            setbacks = lane.course.progress.setbacks
            _guarded(lane, partial(_move_on, lane, stack.state(place), *numbers[place], share))
            is_set_back |= lane.course.progress.setbacks > setbacks
    return is_set_back


def _move_on(lane: _Lane, state: TrainState, steps: StepTerms, scores: Scores, share: float) -> None:
    """One run by the epoch that was computed for all."""
    course = lane.course
    row = course.session.row(steps, scores, course.epoch, course.caution)
    row["time"] = share
    course.take(state, row, steps)
    lane.settle()


def _guarded(lane: _Lane, act: Callable[[], None]) -> None:
    """Whatever goes wrong with one run ends that run alone."""
    try:
        act()
    except Exception as error:
        lane.end = error


def _end_all(lanes: Sequence[_Lane], error: Exception) -> None:
    """What is wrong with the program is wrong for all who are in it."""
    _log.error("Training together ended: %s", reason_of(error))
    for lane in lanes:
        if lane.end is None:
            lane.end = error
