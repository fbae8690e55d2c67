"""Jobs of which one trains while others begin or end: what is at the same time, what is not, how all end."""

import contextlib
import os
import signal
import sys
import threading
import time
import warnings
from functools import partial

import pytest

from ssvae.classifiers.recipes import HeadConfig, TauConfig
from ssvae.composition.overlapping import run_overlapping
from ssvae.errors import DataError, Interrupted, TrainingDiverged
from ssvae.priors.recipes import MixturePriorConfig, StandardPriorConfig
from ssvae.runs.history import read_history
from ssvae.runs.lifecycle.state import read_state
from ssvae.runs.logs import run_log
from ssvae.runs.summary import read_summary
from ssvae.session import Assignment, conduct
from ssvae.stopping import stop_signals

from . import training_jobs
from .training_jobs import experiment

MOMENT = 10.0
"""Seconds that what must happen may take."""


@pytest.fixture(autouse=True)
def no_thread_is_left_behind():
    before = threading.active_count()
    yield
    deadline = time.monotonic() + MOMENT
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before


def train(seed):
    """What a run does where it trains: a first signal waits."""
    with stop_signals() as stop, stop.waiting():
        return training_jobs.train(seed)


def fit_of(request):
    """A training that came to nothing but its seed."""
    return training_jobs.fit_of(request.seed)


def jobs(run, count):
    return [partial(run, seed) for seed in range(count)]


def test_each_gets_its_own_training_and_they_are_trained_in_their_order():
    trained = []

    def train_one(request):
        assert threading.current_thread() is not threading.main_thread()
        trained.append(request.seed)
        return fit_of(request)

    assert run_overlapping(jobs(train, 7), train_one) == list(range(7))
    assert trained == list(range(7))


def test_while_one_trains_the_next_begins_and_the_one_before_ends():
    begun, ended = ([threading.Event() for _ in range(4)] for _ in range(2))

    def job(seed):
        begun[seed].set()
        train(seed)
        ended[seed].set()

    def train_one(request):
        request.observer.programs_traced()
        if request.seed < 3:
            assert begun[request.seed + 1].wait(MOMENT)
        if request.seed > 0:
            assert ended[request.seed - 1].wait(MOMENT)
        return fit_of(request)

    assert run_overlapping(jobs(job, 4), train_one) == [None] * 4


def test_nothing_begins_while_python_traces_the_programs_of_the_first_training():
    happened = []

    def job(seed):
        happened.append(f"{seed} begins")
        train(seed)

    def train_one(request):
        if request.seed == 0:
            time.sleep(0.2)
            happened.append("traced")
            request.observer.programs_traced()
            time.sleep(0.2)
            happened.append("trained")
        return fit_of(request)

    run_overlapping(jobs(job, 2), train_one)
    assert happened == ["0 begins", "traced", "1 begins", "trained"]


def test_one_job_is_awake_at_a_time_and_three_are_open():
    awake, most_open, is_open = threading.Lock(), [0], set()

    @contextlib.contextmanager
    def alone():
        assert awake.acquire(blocking=False)
        yield
        awake.release()

    def job(seed):
        with alone():
            is_open.add(seed)
            most_open.append(len(is_open))
            time.sleep(0.002)
        train(seed)
        with alone():
            time.sleep(0.01)
            is_open.remove(seed)

    assert run_overlapping(jobs(job, 12), fit_of) == [None] * 12
    assert max(most_open) == 3


def test_a_job_may_train_twice_or_not_at_all_and_one_that_fails_is_only_itself():
    def fails():
        raise DataError("not there")

    def twice():
        return train(1) + train(2)

    found = run_overlapping([fails, twice, lambda: "nothing", lambda: train(5)], fit_of)
    assert isinstance(found[0], DataError)
    assert found[1:] == [3, "nothing", 5]


def test_a_job_whose_training_failed_may_train_once_more():
    failed = set()

    def job(seed):
        try:
            return train(seed)
        except OSError:
            return train(seed)

    def train_one(request):
        if request.seed % 2 and request.seed not in failed:
            failed.add(request.seed)
            raise OSError("once")
        return fit_of(request)

    assert run_overlapping(jobs(job, 5), train_one) == list(range(5))
    assert failed == {1, 3}


def test_what_ended_a_training_is_raised_inside_its_job():
    def job(seed):
        try:
            return train(seed)
        except TrainingDiverged as error:
            return str(error)

    def train_one(request):
        if request.seed == 1:
            raise TrainingDiverged("it diverged")
        return fit_of(request)

    assert run_overlapping(jobs(job, 3), train_one) == [0, "it diverged", 2]


def test_lines_and_warnings_of_a_training_go_to_the_log_of_its_run(tmp_path):
    def job(seed):
        folder = tmp_path / f"run_{seed}"
        folder.mkdir()
        with run_log(folder, console=False):
            train(seed)

    def train_one(request):
        request.observer.epoch_done({"run": request.seed}, {})
        if request.seed == 3:
            # When nobody else is awake: beartype, where it checks a function that is made meanwhile, catches the
            # warnings of all threads.
            time.sleep(0.2)
            warnings.showwarning(UserWarning("too odd"), UserWarning, "file.py", 1)
        return fit_of(request)

    assert run_overlapping(jobs(job, 4), train_one) == [None] * 4
    said = []
    for seed in range(4):
        lines = (tmp_path / f"run_{seed}" / "logs" / "train.log").read_text().splitlines()
        said.append([line.split(maxsplit=3)[3] for line in lines])
    assert said == [
        ["epoch of 0"],
        ["epoch of 1"],
        ["epoch of 2"],
        ["epoch of 3", "UserWarning: too odd (file.py:1)"],
    ]


def test_threads_take_the_turns_they_took_before():
    before = sys.getswitchinterval()
    during = []
    run_overlapping([lambda: during.append(sys.getswitchinterval())], fit_of)
    assert during[0] < before == sys.getswitchinterval()


def test_an_exit_stops_the_training_after_its_epoch_and_what_waits_does_not_train():
    last_words, trained, epochs = [], [], []

    def job(seed):
        if seed == 2:
            raise SystemExit(3)
        try:
            train(seed)
        except BaseException as end:
            last_words.append((seed, type(end)))
            raise

    def train_one(request):
        trained.append(request.seed)
        request.observer.programs_traced()
        while (interruption := request.observer.interruption()) is None:
            time.sleep(0.01)
        epochs.append(request.seed)
        raise interruption

    with pytest.raises(SystemExit):
        run_overlapping([partial(job, 0), partial(job, 2), partial(job, 1)], train_one)
    assert (trained, epochs, last_words) == ([0], [0], [(0, SystemExit)])


def ending(seed, last_words):
    """A job that remembers the signal it was ended by."""
    try:
        train(seed)
    except Interrupted as end:
        last_words.append((seed, end.signal))
        raise


def test_a_signal_waits_for_the_end_of_the_epoch_and_nothing_more_is_trained():
    last_words, trained = [], []

    def train_one(request):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.3)  # the epoch
        trained.append(request.seed)
        raise request.observer.interruption() or AssertionError("the signal was not heard")

    with pytest.raises(Interrupted, match="SIGTERM"):
        run_overlapping(jobs(partial(ending, last_words=last_words), 4), train_one)
    assert trained == [0]
    assert (0, signal.SIGTERM) in last_words
    assert {number for _, number in last_words} == {signal.SIGTERM}
    assert not {seed for seed, _ in last_words} - {0, 1}


def test_the_same_signal_again_does_not_wait_and_the_training_has_nobody_left_to_tell():
    last_words, told = [], []
    has_begun, is_given_up = threading.Event(), threading.Event()

    def job(seed):
        if seed == 1:
            has_begun.set()
        ending(seed, last_words)

    def train_one(request):
        request.observer.programs_traced()
        assert has_begun.wait(MOMENT)
        time.sleep(0.2)  # until it is parked
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.3)
        assert is_given_up.wait(MOMENT)
        for tell in (request.observer.interruption, lambda: request.observer.epoch_done({"run": 0}, {})):
            try:
                told.append(tell())
            except Interrupted as end:
                told.append(end.signal)
        return fit_of(request)

    try:
        with pytest.raises(Interrupted, match="SIGTERM"):
            run_overlapping(jobs(job, 2), train_one)
    finally:
        is_given_up.set()
    assert sorted(last_words) == [(0, signal.SIGTERM), (1, signal.SIGTERM)]
    deadline = time.monotonic() + MOMENT
    while len(told) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert isinstance(told[0], Interrupted)
    assert told[1] == signal.SIGTERM


def test_a_training_that_was_given_up_says_nothing_into_the_last_words_of_its_job():
    is_saying, has_tried, told = threading.Event(), threading.Event(), []

    def job(seed):
        try:
            train(seed)
        except Interrupted:
            is_saying.set()
            assert has_tried.wait(MOMENT)
            told.append("last words")
            raise

    def train_one(request):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.3)
        assert is_saying.wait(MOMENT)
        try:
            request.observer.epoch_done({"run": 0}, {})
            told.append("an epoch")
        except Interrupted:
            told.append("nothing")
        has_tried.set()
        return fit_of(request)

    with pytest.raises(Interrupted, match="SIGTERM"):
        run_overlapping(jobs(job, 1), train_one)
    assert told == ["nothing", "last words"]


@pytest.mark.slow
def test_runs_that_overlap_leave_to_the_bit_what_they_leave_alone(tmp_path):
    def job(asked, folder):
        folder.mkdir(parents=True)
        conduct(
            folder,
            lambda: Assignment(
                experiment(*asked, epochs=3, checkpoint_every=1), notes=(f"note {folder.name}",)
            ),
        )

    mixture = MixturePriorConfig(num_components=5), TauConfig()
    standard = StandardPriorConfig(), HeadConfig(hidden_sizes=(4,))
    asked = [(0, *mixture), (0, *standard), (1, *mixture), (1, *standard), (2, *standard)]
    for number, each in enumerate(asked):
        job(each, tmp_path / "alone" / f"run_{number}")
    found = run_overlapping(
        [partial(job, each, tmp_path / "overlapping" / f"run_{n}") for n, each in enumerate(asked)]
    )
    assert found == [None] * 5
    for number in range(5):
        here, there = (tmp_path / way / f"run_{number}" for way in ("overlapping", "alone"))
        assert read_state(here)["status"] == "completed"
        files = [sorted(p.relative_to(run).as_posix() for p in run.rglob("*")) for run in (here, there)]
        assert files[0] == files[1]
        log = (here / "logs" / "train.log").read_text()
        assert [log.count(f"note run_{n}") for n in range(5)] == [int(n == number) for n in range(5)]
        assert log.count("Epoch ") == 3
        for row, own in zip(read_history(here), read_history(there), strict=True):
            assert row | {"time": 0} == own | {"time": 0}
        assert read_summary(here)["metrics"] == read_summary(there)["metrics"]
        for saved in (there / "checkpoints").glob("*.safetensors"):
            assert (here / "checkpoints" / saved.name).read_bytes() == saved.read_bytes()
