"""Signs of life of a run, from a thread of its own: one epoch may take longer than others wait for a word.

In: a run's folder. Out: the heartbeat in state.json, every few seconds. Not here: what it is taken for (state.py).
"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from ssvae.errors import RunDirectoryError
from ssvae.runs.lifecycle.state import sign_of_life

__all__ = ["heartbeats"]

_INTERVAL = 10.0
"""Seconds; a write takes a fifth of a millisecond."""


@contextlib.contextmanager
def heartbeats(run_dir: Path, interval: float = _INTERVAL) -> Iterator[None]:
    """While inside, state.json says every `interval` seconds that the run is alive."""
    ended = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(run_dir, interval, ended), name="ssvae-heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(run_dir: Path, interval: float, ended: threading.Event) -> None:
    while not ended.wait(interval):
        # A full disk, or a folder that is gone: the run itself meets it too, and says so better.
        with contextlib.suppress(RunDirectoryError):
            sign_of_life(run_dir)
