"""The record of a sweep while it runs: sweep.yaml follows its jobs.

In: a header, jobs, what happens to them. Out: sweep.yaml. Not here: its form (runs/sweeps/record.py).
"""

import contextlib
import dataclasses
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.runs.sweeps.record import Job, SweepRecord, present_states, write_sweep

__all__ = ["SweepBook"]

_INTERVAL = 2.0
"""Seconds between two writes while jobs come and go: with a thousand jobs the file has half a megabyte. What is not yet
written stands in the folders of the jobs."""


class SweepBook:
    """What is known of each job by now."""

    def __init__(self, sweep_dir: Path, header: Mapping[str, Any], jobs: Iterable[Job]):
        self.sweep_dir = sweep_dir
        self._header = dict(header)
        self._jobs = {job.number: job for job in jobs}
        self._began: dict[int, float] = {}
        self._written = 0.0
        self._lock = threading.RLock()
        self._later: threading.Timer | None = None
        """Writes what was held back."""
        self.write()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """In the order of their numbers."""
        return tuple(self._jobs[number] for number in sorted(self._jobs))

    def began(self, number: int) -> None:
        """An attempt of a job begins."""
        self._began[number] = time.monotonic()
        self._change(number, state="running", reason=None, attempts=self._jobs[number].attempts + 1)

    def ended(self, number: int, state: str, reason: str | None) -> Job:
        """An attempt of a job has ended."""
        spent = time.monotonic() - self._began.pop(number)
        seconds = round((self._jobs[number].seconds or 0.0) + spent, 3)
        return self._change(number, state=state, reason=reason, seconds=seconds)

    def close(self, found: Iterable[Job] = (), **header: Any) -> None:
        """Write the end: the states as the folders have them, and jobs that nobody had announced.

        Args:
            found: Jobs of a sweeper that makes them up as it goes.
            **header: Fields that are known only now.
        """
        with self._lock:
            self._jobs |= {job.number: job for job in found}
            self._jobs = {job.number: job for job in present_states(self.sweep_dir, self.jobs)}
            self._header |= header
            self.write()

    def write(self) -> None:
        """Raises:
        RunDirectoryError: when the disk refuses.
        """
        with self._lock:
            if self._later is not None:
                self._later.cancel()
                self._later = None
            write_sweep(self.sweep_dir, SweepRecord(self._header, self.jobs))
            self._written = time.monotonic()

    def _change(self, number: int, **changes: Any) -> Job:
        with self._lock:
            job = self._jobs[number] = dataclasses.replace(self._jobs[number], **changes)
            wait = self._written + _INTERVAL - time.monotonic()
            if wait <= 0:
                self.write()
            elif self._later is None:
                self._later = threading.Timer(wait, self._write_later)
                self._later.daemon = True
                self._later.start()
        return job

    def _write_later(self) -> None:
        # That the disk refuses is told by the next write, if it still does.
        with self._lock, contextlib.suppress(RunDirectoryError):
            if self._later is not None:
                self.write()
