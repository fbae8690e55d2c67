"""However a run ends, the next command knows: every cause of death, in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ssvae.cli.main import application
from ssvae.runs.checkpoints import load_checkpoint
from ssvae.runs.lifecycle.state import read_state

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

SETTINGS = (
    "data=synthetic",
    "training.batch_size=64",
    "training.checkpoint_every=5",
    "prior.num_components=6",
    "encoder.hidden_sizes=[16]",
    "decoder.hidden_sizes=[16]",
    "evaluation.plots=none",
)

AFTER_SEVEN_EPOCHS = '''
"""Does something after the seventh epoch."""
import os, resource, signal, sys
from ssvae.runs.recorder import RunRecorder

real = RunRecorder.epoch

def epoch(self, row):
    real(self, row)
    if row["epoch"] == 7:
        exec(os.environ["DEED"])

RunRecorder.epoch = epoch
'''


@pytest.fixture
def begin(tmp_path):
    """A function that starts a run, which does something after its seventh epoch."""
    (tmp_path / "deed.py").write_text(AFTER_SEVEN_EPOCHS)
    started = []

    def start(deed="pass", *, epochs=100_000, before=()):
        environment = os.environ | {"JAX_PLATFORMS": "cpu", "SSVAE_PLUGINS": "deed", "DEED": deed}
        command = [*before, sys.executable, str(ROOT / "train.py"), *SETTINGS, f"training.epochs={epochs}"]
        with (tmp_path / "console").open("a") as console:
            process = subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=console, stderr=console, start_new_session=True
            )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def run(tmp_path):
    """A function that gives the one run's folder, once there is one with so many epochs."""

    def find(epochs=0):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = list((tmp_path / "results").glob("*/logs/metrics.csv"))
            if found and found[0].read_bytes().count(b"\n") > epochs:
                return found[0].parents[1]
            time.sleep(0.01)
        raise AssertionError((tmp_path / "console").read_text())

    return find


def shown(folder):
    return json.loads(CliRunner().invoke(application, ["runs", "show", str(folder), "--json"]).output)


def label(folder):
    text = (folder / "config.yaml").read_text()
    return next(line.split('"')[1] for line in text.splitlines() if line.startswith("  status:"))


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("raise ValueError('the seventh')", "ValueError: the seventh"),
        ("sys.exit(3)", "SystemExit: 3"),
        ("raise MemoryError", "MemoryError"),
    ],
    ids=["exception", "sys.exit", "out of memory"],
)
def test_what_breaks_inside_is_a_failure_with_its_reason(begin, run, deed, reason):
    assert begin(deed).wait() == 1
    folder = run()
    found = shown(folder)
    assert (found["lifecycle"], found["reason"]) == ("failed", reason)
    assert read_state(folder)["epoch"] == 5
    assert label(folder) == "failed"
    log = (folder / "logs" / "train.log").read_text()
    assert "Traceback (most recent call last)" in log
    assert reason.split(":")[0] in log.splitlines()[-1]
    report = (folder / "REPORT.md").read_text()
    assert "**Failed**" in report
    assert reason.split(":")[0] in report


@pytest.mark.parametrize(
    ("number", "reason", "code"),
    [
        (signal.SIGINT, "Ctrl-C", 130),
        (signal.SIGTERM, "the signal SIGTERM", 143),
        (signal.SIGUSR2, "the signal SIGUSR2", 143),
        (signal.SIGHUP, "the signal SIGHUP", 143),
    ],
    ids=["Ctrl-C", "SIGTERM", "preemption", "the terminal closes"],
)
def test_who_is_asked_to_stop_leaves_a_checkpoint_and_a_report(begin, run, number, reason, code):
    process = begin()
    folder = run(epochs=3)
    process.send_signal(number)
    assert process.wait(timeout=60) == code
    found = shown(folder)
    assert (found["lifecycle"], found["reason"]) == ("interrupted", reason)
    epochs = (folder / "logs" / "metrics.csv").read_bytes().count(b"\n") - 1
    assert load_checkpoint(folder, "last")[1]["epoch"] == epochs  # not one epoch is lost
    assert "**Interrupted**" in (folder / "REPORT.md").read_text()
    assert label(folder) == "exploratory"


@pytest.mark.parametrize("deed", ["os.kill(os.getpid(), signal.SIGKILL)"], ids=["kill -9, as out of memory"])
def test_who_is_killed_is_lost_and_says_what_it_did_not_reach(begin, run, deed):
    """The kernel ends a process that takes too much memory by the same signal."""
    assert begin(deed).wait() == -signal.SIGKILL
    folder = run()
    assert shown(folder)["lifecycle"] == "lost"
    assert read_state(folder)["status"] == "running"  # the dead do not write
    components = json.loads((folder / "summary.json").read_text())["components"]
    assert {entry["status"] for entry in components.values()} == {"not_run", "disabled"}
    assert CliRunner().invoke(application, ["report", str(folder)]).exit_code == 0
    assert "**Lost**" in (folder / "REPORT.md").read_text()
    state = json.loads((folder / "state.json").read_text())
    for change, lifecycle in [
        ({"boot_id": "before the restart"}, "lost"),
        ({"host": "elsewhere"}, "running"),  # it may live there: it has given a sign a moment ago
        ({"host": "elsewhere", "heartbeat": "2026-01-02T03:04:05+00:00"}, "lost"),
        ({"pid": os.getpid()}, "lost"),  # the number is ours now
    ]:
        (folder / "state.json").write_text(json.dumps(state | change))
        assert shown(folder)["lifecycle"] == lifecycle, change


def test_a_run_whose_parent_is_killed_goes_on_and_says_so(begin, run):
    shell = ["bash", "-c", '"$@" & wait', "shell"]
    process = begin(epochs=400, before=shell)
    folder = run(epochs=3)
    process.kill()
    process.wait()
    assert shown(folder)["lifecycle"] == "running"
    deadline = time.monotonic() + 120
    while shown(folder)["lifecycle"] == "running" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert shown(folder)["lifecycle"] == "completed"


def test_a_run_that_is_stopped_for_a_while_is_running(begin, run):
    process = begin()
    folder = run(epochs=3)
    process.send_signal(signal.SIGSTOP)
    state = json.loads((folder / "state.json").read_text())
    assert shown(folder)["lifecycle"] == "running"
    assert state["heartbeat"]
    process.send_signal(signal.SIGCONT)


def test_the_state_is_there_before_the_program_has_loaded(begin, tmp_path):
    """JAX alone takes longer than this."""
    begin()
    deadline = time.monotonic() + 60
    while not (found := list((tmp_path / "results").glob("*/state.json"))) and time.monotonic() < deadline:
        time.sleep(0.005)
    state = json.loads(found[0].read_text())
    assert (state["status"], state["phase"]) == ("running", "starting")
