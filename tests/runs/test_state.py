import os
import platform
import subprocess
import sys

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.state import is_lost, read_state, write_state


def test_the_state_says_who_runs_what_since_when(run_dir):
    first = write_state(run_dir, "running", phase="starting")
    second = write_state(run_dir, "running", is_durable=False)
    assert second == read_state(run_dir)
    assert second["started"] == first["started"]
    assert (second["status"], second["phase"], second["reason"]) == ("running", "starting", None)
    assert (second["pid"], second["host"]) == (os.getpid(), platform.node())
    assert set(second) == {"status", "phase", "pid", "boot_id", "host", "started", "updated", "reason"}


def test_a_damaged_state_is_replaced_and_told_when_read(run_dir):
    (run_dir / "state.json").write_text('{"status": "runn')
    with pytest.raises(RunDirectoryError, match=r"state.json cannot be read: .* Is .* a run folder\?"):
        read_state(run_dir)
    write_state(run_dir, "failed", reason="why")
    assert read_state(run_dir)["reason"] == "why"


def test_what_is_no_mapping_is_no_state(run_dir):
    (run_dir / "state.json").write_text("[]")
    with pytest.raises(RunDirectoryError, match=r"state.json must hold a mapping, got \[\]"):
        read_state(run_dir)


def test_a_run_of_this_process_lives(run_dir):
    assert not is_lost(write_state(run_dir, "running"))


def test_a_killed_run_is_lost(run_dir):
    code = (
        "import os, signal; from pathlib import Path; from ssvae.runs.state import write_state;"
        f"write_state(Path({str(run_dir)!r}), 'running', phase='training'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    state = read_state(run_dir)
    assert (state["status"], state["phase"]) == ("running", "training")
    assert is_lost(state)


def test_a_run_from_before_the_restart_is_lost(run_dir):
    assert is_lost(write_state(run_dir, "running") | {"boot_id": "another"})


def test_another_machine_is_believed_and_an_end_is_an_end(run_dir):
    state = write_state(run_dir, "running") | {"pid": -1}
    assert is_lost(state)
    assert not is_lost(state | {"host": "elsewhere"})
    assert not is_lost(state | {"status": "failed"})


def test_a_process_of_somebody_else_lives(run_dir, monkeypatch):
    def forbidden(pid, signal):
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    assert not is_lost(write_state(run_dir, "running"))
