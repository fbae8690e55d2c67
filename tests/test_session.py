"""One run from its first second to its last: what is held meanwhile, and what is said whatever ends it."""

import contextlib
import logging
import os
import signal
import sys
import types

import pytest

from ssvae.errors import DataError, Interrupted, RunDirectoryError
from ssvae.experiment import Experiment
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.lifecycle.lock import sole_writer
from ssvae.runs.lifecycle.reserve import RESERVE_FILE
from ssvae.runs.lifecycle.state import read_state, write_state
from ssvae.session import Assignment, conduct
from ssvae.stopping import stop_signals

ASSIGNMENT = Assignment(Experiment(), notes=("a note",), warnings=("a warning",))


@pytest.fixture
def run_dir(tmp_path):
    folder = tmp_path / "run_1"
    folder.mkdir()
    return folder


@pytest.fixture
def running(monkeypatch):
    """A function that puts something in the place of the run itself."""

    def put(work):
        order = types.SimpleNamespace(run_experiment=lambda experiment, run_dir, *_: work(run_dir))
        monkeypatch.setitem(sys.modules, "ssvae.pipeline.order", order)

    return put


def fails_with(error):
    def work(run_dir):
        raise error

    return work


def log_of(run_dir):
    return (run_dir / "logs" / "train.log").read_text()


def test_a_run_that_comes_to_its_end_is_completed(run_dir, running):
    held = []

    def work(folder):
        held.append((folder / RESERVE_FILE).stat().st_size)
        second = sole_writer(folder)
        with pytest.raises(RunDirectoryError, match="two processes never"):
            second.__enter__()
        logging.getLogger("ssvae.test").info("at work")

    running(work)
    conduct(run_dir, lambda: ASSIGNMENT)
    assert held[0] > 100_000  # room for the last words
    assert read_state(run_dir)["status"] == "completed"
    assert not (run_dir / RESERVE_FILE).exists()
    log = log_of(run_dir)
    assert log.index("a note") < log.index("WARNING a warning") < log.index("at work")
    assert (run_dir / "REPORT.md").is_file()
    with sole_writer(run_dir):
        pass


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (ValueError("x"), "failed", "ValueError: x"),
        (DataError("it is not there"), "failed", "it is not there"),
        (SystemExit(3), "failed", "SystemExit: 3"),
        (GeneratorExit(), "failed", "GeneratorExit"),
        (MemoryError(), "failed", "MemoryError"),
        (KeyboardInterrupt(), "interrupted", "Ctrl-C"),
        (Interrupted(signal.SIGTERM), "interrupted", "the signal SIGTERM"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_whatever_ends_a_run_is_written_down_and_goes_on(run_dir, running, error, status, reason):
    running(fails_with(error))
    with pytest.raises(type(error)):
        conduct(run_dir, lambda: ASSIGNMENT)
    state = read_state(run_dir)
    assert (state["status"], state["reason"]) == (status, reason)
    assert reason in log_of(run_dir)
    assert reason.partition(":")[0] in (run_dir / "REPORT.md").read_text()


def test_a_signal_in_the_middle_is_an_interruption(run_dir, running, capsys):
    running(lambda folder: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(Interrupted, match="SIGTERM"):
        conduct(run_dir, lambda: ASSIGNMENT)
    assert read_state(run_dir)["status"] == "interrupted"
    assert "To go on: type the command again" in capsys.readouterr().out  # there is no config.yaml yet


def test_whoever_took_care_of_the_signal_before_gets_it_when_everything_is_written(run_dir, running):
    """So a launcher puts the job back in line only when its record is whole."""
    seen = []
    before = signal.signal(signal.SIGUSR2, lambda *_: seen.append(read_state(run_dir)["status"]))
    try:
        running(lambda folder: os.kill(os.getpid(), signal.SIGUSR2))
        with pytest.raises(Interrupted):
            conduct(run_dir, lambda: ASSIGNMENT)
    finally:
        signal.signal(signal.SIGUSR2, before)
    assert seen == ["interrupted"]


def test_an_assignment_that_cannot_be_given_fails_the_run(run_dir, running):
    running(lambda folder: pytest.fail("there was nothing to run"))
    with pytest.raises(DataError):
        conduct(run_dir, lambda: fails_with(DataError("no record"))(run_dir))
    assert read_state(run_dir)["reason"] == "no record"


def test_a_folder_that_another_process_writes_into_is_not_touched(run_dir, running, capsys):
    write_state(run_dir, **write_state(run_dir, "running") | {"host": "elsewhere"})
    before = {path.name: path.read_bytes() for path in run_dir.iterdir()}
    running(lambda folder: pytest.fail("both write"))
    with pytest.raises(RunDirectoryError, match="on elsewhere"):
        conduct(run_dir, lambda: ASSIGNMENT)
    after = {path.name: path.read_bytes() for path in run_dir.iterdir() if path.name != ".lock"}
    assert after == before
    assert "ERROR: " in capsys.readouterr().err


def test_a_second_failure_does_not_hide_the_first(run_dir, running, monkeypatch):
    def refuses(folder, error=None):
        raise RunDirectoryError("the disk is full")

    monkeypatch.setattr("ssvae.session.finish_run", refuses)
    running(fails_with(ValueError("the first")))
    with pytest.raises(ValueError, match="the first"):
        conduct(run_dir, lambda: ASSIGNMENT)


def test_a_run_that_must_not_begin_after_all_is_not_touched(run_dir, running, capsys):
    write_state(run_dir, **write_state(run_dir, "completed") | {"pid": 1})
    before = (run_dir / "state.json").read_bytes()
    running(lambda folder: pytest.fail("it has begun"))
    with pytest.raises(RunDirectoryError, match="somebody was faster"):
        conduct(
            run_dir, lambda: ASSIGNMENT, lambda: fails_with(RunDirectoryError("somebody was faster"))(run_dir)
        )
    assert (run_dir / "state.json").read_bytes() == before
    assert capsys.readouterr().err == "ERROR: somebody was faster\n"


def test_signals_that_come_with_the_last_words_end_what_would_come_next(run_dir, running, monkeypatch):
    def finishes(folder, error=None):
        os.kill(os.getpid(), signal.SIGTERM)
        return finish_run(folder, error)

    monkeypatch.setattr("ssvae.session.finish_run", finishes)
    running(lambda folder: None)
    with pytest.raises(Interrupted, match="SIGTERM"):
        conduct(run_dir, lambda: ASSIGNMENT)
    assert read_state(run_dir)["status"] == "completed"
    assert (run_dir / "REPORT.md").is_file()


def test_a_signal_that_was_swallowed_ends_the_run_all_the_same(run_dir, running):
    def swallows(folder):
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)

    running(swallows)
    with pytest.raises(Interrupted, match="SIGTERM"):
        conduct(run_dir, lambda: ASSIGNMENT)
    assert read_state(run_dir)["status"] == "interrupted"


def test_a_run_whose_current_folder_is_gone_ends_as_it_ended(run_dir, running, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    running(fails_with(ValueError("x")))
    with pytest.raises(ValueError, match="x"):
        conduct(run_dir, lambda: ASSIGNMENT)
    assert read_state(run_dir)["status"] == "failed"


def test_a_signal_that_waited_until_jax_was_loaded_ends_the_run_before_it_begins(run_dir, monkeypatch):
    class Order:
        @property
        def run_experiment(self):
            with stop_signals() as stop, stop.deaf():
                os.kill(os.getpid(), signal.SIGTERM)
            return lambda *_: pytest.fail("it has begun")

    monkeypatch.setitem(sys.modules, "ssvae.pipeline.order", Order())
    with pytest.raises(Interrupted, match="SIGTERM"):
        conduct(run_dir, lambda: ASSIGNMENT)
    assert read_state(run_dir)["status"] == "interrupted"
