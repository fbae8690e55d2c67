"""The record of a sweep while it runs: sweep.yaml follows its jobs.

In: a header, jobs, what happens to them. Out: sweep.yaml. Not here: its form (runs/sweeps/record.py).
"""

import dataclasses
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

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
        self._jobs |= {job.number: job for job in found}
        self._jobs = {job.number: job for job in present_states(self.sweep_dir, self.jobs)}
        self._header |= header
        self.write()

    def write(self) -> None:
        """Raises:
        RunDirectoryError: when the disk refuses.
        """
        write_sweep(self.sweep_dir, SweepRecord(self._header, self.jobs))
        self._written = time.monotonic()

    def _change(self, number: int, **changes: Any) -> Job:
        job = self._jobs[number] = dataclasses.replace(self._jobs[number], **changes)
        if time.monotonic() - self._written > _INTERVAL:
            self.write()
        return job
