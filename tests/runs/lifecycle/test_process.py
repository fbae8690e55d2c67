"""Whether a process still is there: every way in which a number can lie."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime

import pytest

from ssvae.runs.lifecycle import process
from ssvae.runs.lifecycle.process import Life, identity, life_of, present_time


@pytest.fixture
def other():
    """Another process, and its identity as it would record it."""
    code = "import json, sys; from ssvae.runs.lifecycle.process import identity; print(json.dumps(identity()), flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    import json

    yield child, json.loads(child.stdout.readline())
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def test_this_process_lives():
    assert life_of(identity()) is Life.ALIVE


def test_another_process_lives_until_it_is_killed_even_if_nobody_asks_how_it_ended(other):
    child, recorded = other
    assert life_of(recorded) is Life.ALIVE
    child.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while life_of(recorded) is Life.ALIVE and time.monotonic() < deadline:  # a zombie until it is waited for
        time.sleep(0.01)
    assert life_of(recorded) is Life.DEAD


def test_a_stopped_process_is_no_dead_one(other):
    child, recorded = other
    child.send_signal(signal.SIGSTOP)
    time.sleep(0.05)
    assert life_of(recorded) is Life.ALIVE


@pytest.mark.skipif(
    not os.path.exists("/proc/self/stat"), reason="elsewhere the start of a process is not known"
)
def test_a_number_that_was_given_out_again_is_no_sign_of_life():
    assert life_of(identity() | {"process_started": 1}) is Life.DEAD


def test_before_the_restart_of_the_machine_everything_is_dead():
    assert life_of(identity() | {"boot_id": "another"}) is Life.DEAD


@pytest.mark.parametrize("change", [{"host": "elsewhere"}, {"pid_namespace": "pid:[1]"}])
def test_another_machine_or_container_cannot_be_asked(change):
    assert life_of(identity() | change) is Life.OUT_OF_SIGHT


@pytest.mark.parametrize("pid", [None, -1, 0, True, "12", 2**70, 1.5])
def test_what_is_no_number_of_a_process_is_dead(pid):
    assert life_of(identity() | {"pid": pid}) is Life.DEAD


def test_a_process_of_somebody_else_lives(monkeypatch):
    def forbidden(pid, number):
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    assert life_of(identity()) is Life.ALIVE


def test_where_the_system_tells_less_the_number_has_to_do(monkeypatch):
    monkeypatch.setattr(process, "_statistics", lambda pid: [])
    assert life_of(identity()) is Life.ALIVE


def test_times_can_be_compared_between_machines():
    assert datetime.fromisoformat(present_time()).utcoffset().total_seconds() == 0
