"""One writer at a time."""

import subprocess
import sys

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.lifecycle.lock import LOCK_FILE, has_writer, sole_writer
from ssvae.runs.lifecycle.state import write_state

HOLD = """
import sys
from pathlib import Path
from ssvae.runs.lifecycle.lock import sole_writer
with sole_writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def can_write(run_dir) -> bool:
    with sole_writer(run_dir):
        return (run_dir / LOCK_FILE).exists()


def refused(message):
    return pytest.raises(RunDirectoryError, match=message)


@pytest.fixture
def holder(run_dir):
    """Another process that holds the lock."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def test_a_second_writer_is_refused_and_the_dead_let_go(run_dir, holder):
    with refused(r"is being written to by .*, and two processes never share"), sole_writer(run_dir):
        pytest.fail("both write")
    holder.kill()
    holder.wait()
    assert can_write(run_dir)


def test_where_locks_do_not_work_the_state_tells(run_dir):
    """As of a run on another machine, over a network disk that grants every lock."""
    write_state(run_dir, **write_state(run_dir, "running") | {"host": "elsewhere"})
    with (
        pytest.raises(RunDirectoryError, match=r"by process \d+ on elsewhere, .* state.json of a run says"),
        sole_writer(run_dir),
    ):
        pytest.fail("both write")


def test_who_only_asks_learns_of_a_writer_and_keeps_none_away(run_dir, holder):
    assert has_writer(run_dir)
    holder.kill()
    holder.wait()
    assert not has_writer(run_dir)
    assert can_write(run_dir)


def test_asking_makes_no_file(run_dir):
    assert not has_writer(run_dir)
    assert not (run_dir / LOCK_FILE).exists()


def test_where_locks_do_not_work_asking_finds_the_state(run_dir):
    (run_dir / LOCK_FILE).touch()
    write_state(run_dir, **write_state(run_dir, "running") | {"host": "elsewhere"})
    assert has_writer(run_dir)


def test_a_lock_that_cannot_be_taken_for_another_reason_tells_of_no_writer(run_dir, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    (run_dir / LOCK_FILE).touch()
    monkeypatch.setattr("ssvae.runs.lifecycle.lock.FileLock.acquire", refuse)
    assert not has_writer(run_dir)


@pytest.mark.parametrize("change", [{}, {"status": "failed", "host": "elsewhere"}, {"boot_id": "before"}])
def test_what_is_ours_or_over_or_lost_can_be_written(run_dir, change):
    write_state(run_dir, **write_state(run_dir, "running") | change)
    assert can_write(run_dir)


def test_a_folder_that_cannot_be_written_is_explained(run_dir, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ssvae.runs.lifecycle.lock.FileLock.acquire", refuse)
    with refused(r"\.lock could not be written: Permission denied"), sole_writer(run_dir):
        pytest.fail("nothing was locked")
