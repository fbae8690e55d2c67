"""Jobs that are parked where they train: whose turn it is, what each finds around it, how all end."""

import contextlib
import contextvars
import logging
import os
import signal
import threading
import time
import warnings
from functools import partial

import pytest
from hydra.core.hydra_config import HydraConfig

from ssvae.classifiers.recipes import HeadConfig, TauConfig
from ssvae.composition.lanes import run_in_lanes
from ssvae.errors import DataError, Interrupted, TrainingDiverged
from ssvae.priors.recipes import MixturePriorConfig, StandardPriorConfig
from ssvae.runs.history import read_history
from ssvae.runs.lifecycle.state import read_state
from ssvae.runs.logs import run_log
from ssvae.session import Assignment, conduct
from ssvae.stopping import stop_signals
from ssvae.training.ensemble import fit_together, portions
from ssvae.training.trainer import present_trainer

from .training_jobs import LOGGER, experiment, fit_of, train


@pytest.fixture(autouse=True)
def no_thread_is_left_behind():
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def trained(requests):
    return [fit_of(request.seed) for request in requests]


def test_all_are_trained_together_and_each_gets_its_own():
    order, groups = [], []

    def job(seed):
        order.append(f"begin {seed}")
        found = train(seed)
        order.append(f"end {seed}")
        return found

    def train_all(requests):
        groups.append([request.seed for request in requests])
        return trained(requests)

    assert run_in_lanes([lambda seed=seed: job(seed) for seed in range(3)], train_all) == [0, 1, 2]
    assert groups == [[0, 1, 2]]
    assert order == ["begin 0", "begin 1", "begin 2", "end 0", "end 1", "end 2"]


def test_a_portion_is_finished_before_the_next_is_trained():
    order = []

    def job(seed):
        train(seed)
        order.append(seed)

    def train_some(requests):
        order.append([request.seed for request in requests])
        return trained(requests)

    run_in_lanes([lambda seed=seed: job(seed) for seed in range(4)], train_some, lambda _: [[0, 2], [1, 3]])
    assert order == [[0, 2], 0, 2, [1, 3], 1, 3]


def test_a_job_may_train_twice_or_not_at_all_and_one_that_fails_is_only_itself():
    def fails():
        raise DataError("not there")

    def twice():
        return train(1) + train(2)

    rounds = []

    def train_all(requests):
        rounds.append(len(requests))
        return trained(requests)

    found = run_in_lanes([fails, twice, lambda: "nothing", lambda: train(5)], train_all)
    assert isinstance(found[0], DataError)
    assert found[1:] == [3, "nothing", 5]
    assert rounds == [2, 1]


def test_what_ended_a_training_is_raised_inside_its_job():
    def job(seed):
        try:
            return train(seed)
        except TrainingDiverged as error:
            return str(error)

    def train_all(requests):
        return [TrainingDiverged("it diverged") if r.seed == 1 else fit_of(r.seed) for r in requests]

    assert run_in_lanes([lambda seed=seed: job(seed) for seed in range(3)], train_all) == [
        0,
        "it diverged",
        2,
    ]


def test_an_error_of_the_trainer_is_raised_inside_all_it_was_called_for():
    def broken(requests):
        raise ValueError("broken")

    found = run_in_lanes([lambda: train(0), lambda: train(1)], broken)
    assert [str(end) for end in found] == ["broken", "broken"]


def test_outside_of_lanes_the_ordinary_trainer_is_in_force():
    before = present_trainer()
    run_in_lanes([lambda: train(0)], trained)
    assert present_trainer() is before
    assert before.__name__ == "fit"


def test_each_job_has_its_own_surroundings_and_they_end_with_it(tmp_path):
    present = contextvars.ContextVar("present", default="outside")

    def around():
        return (os.getcwd(), os.environ.get("SSVAE_LANE"), HydraConfig.instance().cfg, warnings.showwarning)

    def job(number):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert around() == outside  # whatever the jobs before have set up
        os.chdir(folder)
        os.environ["SSVAE_LANE"] = str(number)
        HydraConfig.instance().cfg = number
        warnings.showwarning = lambda *words: None
        present.set(str(number))
        own = around()
        train(number)
        assert around() == own
        assert present.get() == str(number)

    def train_all(requests):
        assert around() == outside
        return trained(requests)

    outside = around()
    assert run_in_lanes([lambda n=n: job(n) for n in range(3)], train_all) == [None, None, None]
    assert around() == outside
    assert present.get() == "outside"


def test_each_line_goes_to_the_log_of_its_own_run(tmp_path, capsys):
    """Also what is told to a run by the thread that trains, and after Hydra has closed every handler there is."""

    def job(number):
        folder = tmp_path / f"run_{number}"
        folder.mkdir()
        with run_log(folder):
            logging.shutdown()
            LOGGER.info("begin %d", number)
            train(number)
            LOGGER.info("end %d", number)

    def train_all(requests):
        LOGGER.info("of no run")
        for request in requests:
            request.observer.epoch_done({"run": request.seed}, {})
        return [fit_of(request.seed, lanes=2) for request in requests]

    logger = logging.getLogger("ssvae")
    before = (logger.level, logger.propagate, list(logger.handlers))
    run_in_lanes([lambda n=n: job(n) for n in range(2)], train_all)
    for number in range(2):
        lines = (tmp_path / f"run_{number}" / "logs" / "train.log").read_text().splitlines()
        said = [line.split("INFO")[1].strip() for line in lines]
        assert said[:2] == [f"begin {number}", f"epoch of {number}"]
        assert said[2].startswith("Trained as one program with 1 other runs")
        assert said[3:] == [f"end {number}"]
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
    assert capsys.readouterr().out.count("begin 0") == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_more_than_a_job_is_raised_inside_all_that_wait(error):
    last_words = []

    def job(seed):
        try:
            train(seed)
        except BaseException as end:
            last_words.append((seed, end))
            raise

    def ends():
        raise error

    begun = []
    jobs = [lambda: job(0), lambda: job(1), ends, lambda: begun.append(3)]
    with pytest.raises(type(error)):
        run_in_lanes(jobs, trained)
    assert last_words == [(0, error), (1, error)]
    assert not begun


def test_a_job_that_will_not_end_does_not_train_again():
    def stubborn():
        for _ in range(3):
            with contextlib.suppress(KeyboardInterrupt):
                train(0)

    def ends(requests):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_in_lanes([stubborn, stubborn], ends)


def test_a_signal_reaches_each_job_where_it_asks_and_the_one_who_waits_for_all():
    ends = []

    def job(seed):
        with stop_signals() as stop:
            try:
                with stop.waiting():
                    train(seed)
            except Interrupted as end:
                ends.append((seed, end.signal))
                raise

    def train_all(requests):
        os.kill(os.getpid(), signal.SIGTERM)
        return [request.observer.interruption() for request in requests]

    with pytest.raises(Interrupted, match="SIGTERM"):
        run_in_lanes([lambda seed=seed: job(seed) for seed in range(2)], train_all)
    assert ends == [(0, signal.SIGTERM), (1, signal.SIGTERM)]


def test_a_signal_while_a_job_is_awake_waits_until_it_asks():
    reached = []

    def job(seed):
        train(seed)
        os.kill(os.getpid(), signal.SIGTERM)
        reached.append(seed)
        with stop_signals() as stop:
            for _ in range(1000):  # Python hears a signal as soon as the main thread gets its turn
                stop.check()
                time.sleep(0.005)

    with pytest.raises(Interrupted, match="SIGTERM"):
        run_in_lanes([lambda seed=seed: job(seed) for seed in range(2)], trained)
    assert reached == [0]


def test_no_job_begins_after_a_signal():
    begun = []

    def job(seed):
        begun.append(seed)
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Interrupted, match="SIGTERM"):
        run_in_lanes([lambda seed=seed: job(seed) for seed in range(2)], trained)
    assert begun == [0]


@pytest.mark.slow
def test_runs_in_lanes_leave_what_they_leave_alone(tmp_path):
    def job(asked, folder):
        folder.mkdir(parents=True)
        conduct(folder, lambda: Assignment(experiment(*asked, epochs=2), notes=(f"note {folder.name}",)))

    mixture = MixturePriorConfig(num_components=5), TauConfig()
    asked = [(0, *mixture), (1, *mixture), (0, StandardPriorConfig(), HeadConfig(hidden_sizes=(4,)))]
    for number, each in enumerate(asked):
        job(each, tmp_path / "alone" / f"run_{number}")
    jobs = [partial(job, each, tmp_path / "lanes" / f"run_{n}") for n, each in enumerate(asked)]
    assert run_in_lanes(jobs, fit_together, portions) == [None, None, None]
    for number in range(len(asked)):
        here, there = (tmp_path / way / f"run_{number}" for way in ("lanes", "alone"))
        assert read_state(here)["status"] == "completed"
        files = [sorted(p.relative_to(run).as_posix() for p in run.rglob("*")) for run in (here, there)]
        assert files[0] == files[1]
        log = (here / "logs" / "train.log").read_text()
        assert [log.count(f"note run_{n}") for n in range(3)] == [int(n == number) for n in range(3)]
        assert log.count("Epoch ") == 2
        assert ("Trained as one program with 1 other runs" in log) == (number < 2)
        for row, own in zip(read_history(here), read_history(there), strict=True):
            assert row["loss.total"] == pytest.approx(own["loss.total"], rel=1e-3)
