"""One result per job of a sweep: what was asked of it and what it measured, as its folder says.

In: the folder of a sweep and its record. Out: `Result`s in the order of the jobs. Not here: averaging (grouping.py),
what a sweep is on disk (runs/sweeps/record.py).
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.config import flatten
from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import read_config
from ssvae.runs.history import METRICS_FILE
from ssvae.runs.lifecycle.resumption import codes_of
from ssvae.runs.lifecycle.state import peek_state
from ssvae.runs.rows import read_rows
from ssvae.runs.summary import read_summary
from ssvae.runs.sweeps.record import PENDING, Job, SweepRecord

__all__ = ["Result", "codes_text", "identity", "read_curves", "read_results", "shortened", "swept_keys"]


@dataclasses.dataclass(frozen=True)
class Result:
    """What is known of one job."""

    job: Job
    metrics: Mapping[str, float | int] = dataclasses.field(default_factory=dict)
    """Key such as `metric.accuracy.val` → number; NaN and infinities are among them."""
    training: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """Epochs, the best of them, seconds."""
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """All of config.yaml but its header: dotted key → value."""
    codes: tuple[str, ...] = ()
    """The identities of the code that trained it, one after another."""
    data_hash: str | None = None
    problems: tuple[str, ...] = ()
    """What of its files is missing or damaged although it must be there, a sentence each."""

    @property
    def state(self) -> str:
        """That of its job; `damaged` when it came to its end, and its files say no more what it measured."""
        return "damaged" if self.job.state == "completed" and self.problems else self.job.state

    @property
    def is_usable(self) -> bool:
        """Whether it came to its end and its files say what it measured."""
        return self.state == "completed"

    def replicate(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Which repetition it is: the identities of its values of the keys."""
        return tuple(identity(self.settings.get(key)) for key in keys)


def read_results(sweep_dir: Path, record: SweepRecord) -> tuple[Result, ...]:
    """The results, one for each job. Never raises for what is in the folders: the problems tell."""
    return tuple(_result(sweep_dir / job.folder, job) for job in record.jobs)


def read_curves(run_dir: Path, keys: Iterable[str]) -> dict[str, dict[int, float]]:
    """Key → epoch → value, of columns of metrics.csv; nothing when the file is absent or damaged."""
    try:
        rows = read_rows(run_dir, METRICS_FILE)
    except RunDirectoryError:
        return {}
    return {
        key: {int(row["epoch"]): float(row[key]) for row in rows if key in row and "epoch" in row}
        for key in keys
    }


def swept_keys(record: SweepRecord) -> tuple[str, ...]:
    """The settings that differ between jobs: in the order of the grid, then in that of the jobs."""
    grid = record.header.get("grid")
    found = dict.fromkeys(key for job in record.jobs for key in job.settings)
    known = [key for key in grid if key in found] if isinstance(grid, Mapping) else []
    return tuple(dict.fromkeys([*known, *found]))


def codes_text(codes: Sequence[str]) -> str:
    """The identities of code that trained a run, shortened."""
    return ", then ".join(map(shortened, codes)) or "unknown"


def shortened(digest: str | None) -> str:
    """As much of a digest as tells it from others."""
    return f"{str(digest)[:12]}…" if digest else "unknown"


def identity(value: Any) -> str:
    """A text that is the same for equal values of a setting and differs for others, 1 and 1.0 and "1" among them."""
    return json.dumps(value, sort_keys=True, default=str)


def _result(run_dir: Path, job: Job) -> Result:
    if job.state == PENDING:
        return Result(job)
    is_needed = job.state == "completed"
    problems: list[str] = []
    config, summary = {}, {}
    try:
        config = read_config(run_dir)
    except RunDirectoryError as error:
        problems += [str(error)] if is_needed else []
    try:
        summary = read_summary(run_dir)
    except RunDirectoryError as error:
        problems += [str(error)] if is_needed else []
    header = config.pop("experiment", {})
    return Result(
        job=job,
        metrics={str(key): value for key, value in summary.get("metrics", {}).items() if _is_number(value)},
        training=summary.get("training", {}),
        settings=flatten(config),
        codes=codes_of(header, peek_state(run_dir)),
        data_hash=header.get("data_hash"),
        problems=tuple(problems),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
