"""One run from its first second to its last: what is held meanwhile, and what is said whatever ends it."""

import logging
import os
import signal
import sys
import types

import pytest

from ssvae.errors import DataError, Interrupted, RunDirectoryError
from ssvae.experiment import Experiment
from ssvae.runs.lock import sole_writer
from ssvae.runs.reserve import RESERVE_FILE
from ssvae.runs.state import read_state, write_state
from ssvae.session import Assignment, conduct

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
        order = types.SimpleNamespace(run_experiment=lambda experiment, run_dir, origin: work(run_dir))
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
    assert "To go on: ssvae resume" in capsys.readouterr().out


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


def test_a_second_failure_does_not_hide_the_first(run_dir, running):
    def refuses(folder, error):
        raise RunDirectoryError("the disk is full")

    running(fails_with(ValueError("the first")))
    with pytest.raises(ValueError, match="the first"):
        conduct(run_dir, lambda: ASSIGNMENT, refuses)
