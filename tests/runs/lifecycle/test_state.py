import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.lifecycle.heartbeat import heartbeats
from ssvae.runs.lifecycle.state import is_lost, is_mine, next_state, read_state, sign_of_life, write_state


def heard(seconds_ago):
    return (datetime.now(UTC) - timedelta(seconds=seconds_ago)).isoformat(timespec="seconds")


def test_the_state_says_who_runs_what_since_when(run_dir):
    first = write_state(run_dir, "running", phase="starting")
    second = write_state(run_dir, "running", is_durable=False, epoch=3)
    assert second == read_state(run_dir)
    assert second["started"] == first["started"]
    assert (second["status"], second["phase"], second["reason"]) == ("running", "starting", None)
    assert (second["pid"], second["host"]) == (os.getpid(), platform.node())
    assert second["epoch"] == 3
    assert is_mine(second)
    assert not is_mine(second | {"process_started": -1})


def test_what_nobody_changes_stays(run_dir):
    write_state(run_dir, "running", phase="training", epoch=7, resumptions=[{"after_epoch": 2}])
    state = write_state(run_dir, "failed", reason="why", label_before="keep")
    assert (state["phase"], state["epoch"], state["resumptions"]) == ("training", 7, [{"after_epoch": 2}])
    assert (state["reason"], state["label_before"]) == ("why", "keep")
    assert write_state(run_dir, "running")["reason"] is None


def test_the_next_state_is_what_would_be_written(run_dir):
    write_state(run_dir, "running", phase="training", epoch=7)
    before = read_state(run_dir)
    planned = next_state(run_dir, "completed")
    assert read_state(run_dir) == before
    assert (planned["status"], planned["epoch"]) == ("completed", 7)


def test_a_damaged_state_is_replaced_and_told_when_read(run_dir):
    (run_dir / "state.json").write_text('{"status": "runn')
    with pytest.raises(RunDirectoryError, match=r"state.json cannot be read: .* Is .* a run folder"):
        read_state(run_dir)
    write_state(run_dir, "failed", reason="why")
    assert read_state(run_dir)["reason"] == "why"


def test_what_is_no_mapping_is_no_state(run_dir):
    (run_dir / "state.json").write_text("[]")
    with pytest.raises(RunDirectoryError, match=r"state.json must hold a mapping, got list"):
        read_state(run_dir)


def test_a_run_of_this_process_lives(run_dir):
    assert not is_lost(write_state(run_dir, "running"))


def test_a_killed_run_is_lost(run_dir):
    code = (
        "import os, signal; from pathlib import Path; from ssvae.runs.lifecycle.state import write_state;"
        f"write_state(Path({str(run_dir)!r}), 'running', phase='training'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    state = read_state(run_dir)
    assert (state["status"], state["phase"]) == ("running", "training")
    assert is_lost(state)


def test_a_run_from_before_the_restart_is_lost(run_dir):
    assert is_lost(write_state(run_dir, "running") | {"boot_id": "another"})


def test_another_machine_is_believed_while_it_gives_signs_of_life(run_dir):
    state = write_state(run_dir, "running") | {"host": "elsewhere"}
    assert not is_lost(state | {"heartbeat": heard(600)})  # ten minutes of silence are a pause
    assert is_lost(state | {"heartbeat": heard(1000)})
    for nothing in (None, "yesterday", "2026-01-01T00:00:00", 5):
        assert is_lost(state | {"heartbeat": nothing})


def test_here_no_silence_makes_a_living_run_lost(run_dir):
    assert not is_lost(write_state(run_dir, "running") | {"heartbeat": heard(10**6)})


@pytest.mark.parametrize("status", ["completed", "failed", "interrupted", None, []])
def test_an_end_is_an_end(run_dir, status):
    assert not is_lost(write_state(run_dir, "running") | {"pid": -1, "status": status})


def test_a_sign_of_life_moves_the_heartbeat_and_nothing_else(run_dir):
    before = write_state(run_dir, "running", phase="training")
    write_state(run_dir, **before | {"heartbeat": "2026-01-01T00:00:00+00:00"})
    sign_of_life(run_dir)
    after = read_state(run_dir)
    assert after.pop("heartbeat") > "2026-01-01T00:00:00+00:00"
    assert after == {key: value for key, value in before.items() if key != "heartbeat"}


@pytest.mark.parametrize("change", [{"status": "completed"}, {"pid": 1}], ids=["ended", "somebody else's"])
def test_no_sign_of_life_for_a_run_that_is_not_ours_or_over(run_dir, change):
    write_state(run_dir, **write_state(run_dir, "running") | {"heartbeat": "old"} | change)
    sign_of_life(run_dir)
    assert read_state(run_dir)["heartbeat"] == "old"


def test_signs_of_life_come_from_a_thread_of_their_own(run_dir):
    write_state(run_dir, **write_state(run_dir, "running") | {"heartbeat": "old"})
    with heartbeats(run_dir, interval=0.01):
        deadline = time.monotonic() + 10
        while read_state(run_dir)["heartbeat"] == "old" and time.monotonic() < deadline:
            time.sleep(0.01)
    assert read_state(run_dir)["heartbeat"] != "old"
    write_state(run_dir, **read_state(run_dir) | {"heartbeat": "old"})
    time.sleep(0.05)
    assert read_state(run_dir)["heartbeat"] == "old"  # the thread has ended


def test_a_deleted_folder_does_not_come_back(run_dir):
    import shutil

    write_state(run_dir, "running")
    with heartbeats(run_dir, interval=0.01):
        shutil.rmtree(run_dir)
        time.sleep(0.05)
    assert not run_dir.exists()
