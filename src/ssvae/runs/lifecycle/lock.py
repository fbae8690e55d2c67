"""One writer at a time: whoever writes into a run's folder holds its lock, and the system lets go of it for the dead.

In: a run's folder. Out: the lock, for as long as it is needed. Not here: claiming a new folder (directory.py).
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import writing
from ssvae.runs.lifecycle.state import STATE_FILE, is_lost, is_mine, peek_state

__all__ = ["LOCK_FILE", "has_writer", "sole_writer"]

LOCK_FILE = ".lock"

_PATIENCE = 0.2
"""Seconds: who only asks whether somebody writes holds the lock for an instant, and must keep nobody from writing."""


@contextlib.contextmanager
def sole_writer(run_dir: Path) -> Iterator[None]:
    """While inside, no other process writes into the folder.

    Raises:
        RunDirectoryError: when another process does, or the folder cannot be written to.
    """
    lock = FileLock(run_dir / LOCK_FILE)
    with writing(run_dir / LOCK_FILE):
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout as error:
            raise _taken(run_dir) from error
    try:
        _refuse_a_living_owner(run_dir)
        yield
    finally:
        lock.release()


def has_writer(run_dir: Path) -> bool:
    """Whether another process writes into the folder at this moment. Makes no file."""
    path = run_dir / LOCK_FILE
    if not path.exists():  # acquiring would make it
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # nobody can write there; who tries is told so
        return False
    lock.release()
    return _has_living_owner(run_dir)


def _refuse_a_living_owner(run_dir: Path) -> None:
    if _has_living_owner(run_dir):
        raise _taken(run_dir)


def _has_living_owner(run_dir: Path) -> bool:
    """Some network disks grant every lock; there the run's own record has to tell."""
    state = peek_state(run_dir)
    return state.get("status") == "running" and not is_mine(state) and not is_lost(state)


def _taken(run_dir: Path) -> RunDirectoryError:
    state = peek_state(run_dir)
    is_alive = state.get("status") == "running" and not is_lost(state)
    # Who measures a finished run again leaves its state alone: that names a process of long ago.
    who = (
        f"process {state['pid']} on {state.get('host')}" if is_alive and "pid" in state else "another process"
    )
    return RunDirectoryError(
        f"{run_dir} is being written to by {who}, and two processes never share a folder. Wait until it has ended, or "
        f"end it; {STATE_FILE} of a run says what it is doing."
    )
