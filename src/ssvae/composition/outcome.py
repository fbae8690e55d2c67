"""How the runs of this process ended, and the exit code that tells the shell.

In: each run's end, from the job's wrapper. Out: exit codes, the list of failed runs. Not here: ending a run.
"""

import contextlib
import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.composition.exit_codes import FAILED, MISTAKE, STOPPED, code_of
from ssvae.errors import RunDirectoryError, SSVAEError, reason_of
from ssvae.runs.directory import shown_path
from ssvae.runs.lifecycle.lock import has_writer
from ssvae.runs.lifecycle.state import is_lost, read_state
from ssvae.runs.logs import LOG_FILE

__all__ = [
    "Outcome",
    "exit_code",
    "failures_text",
    "forget",
    "keep",
    "kept_outcomes",
    "outcome_of",
    "unseen",
]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The end of one run."""

    run_dir: Path
    error: BaseException | None = None

    @property
    def code(self) -> int:
        """What the shell is told of this run alone."""
        return code_of(self.error)


_kept: dict[Path, Outcome] = {}
"""By the resolved folder: Hydra writes `../x` and links in its own way."""


def keep(outcome: Outcome) -> None:
    """Remember how a run ended; of two ends of one run the failure counts."""
    before = _kept.get(outcome.run_dir.resolve())
    if before is None or before.error is None:
        _kept[outcome.run_dir.resolve()] = outcome


def forget(run_dir: Path) -> None:
    """A run is tried again: how it ended before does not count."""
    _kept.pop(run_dir.resolve(), None)


def outcome_of(run_dir: Path) -> Outcome:
    """How the run of this process in that folder ended; one that never got as far as its wrapper has failed."""
    never = SSVAEError("Hydra ended before the run did; its message is on the console")
    return _kept.get(run_dir.resolve()) or Outcome(run_dir, never)


@contextlib.contextmanager
def kept_outcomes() -> Iterator[Mapping[Path, Outcome]]:
    """While inside, the mapping grows by one with each run of this process."""
    _kept.clear()
    yield _kept


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """0 when all is well; else that of a stop, 1 when any run failed, 2 when all that failed were mistakes."""
    codes = {outcome.code for outcome in outcomes}
    return next((code for code in (*STOPPED, FAILED, MISTAKE) if code in codes), 0)


def unseen(sweep_dir: Path, outcomes: Sequence[Outcome], passed_over: Collection[str] = ()) -> list[Outcome]:
    """The jobs of a sweep that ran in other processes: their folders say how they ended. Not those that are at it now.

    Args:
        sweep_dir: The sweep's folder.
        outcomes: Of the jobs that ran in this process.
        passed_over: Names of folders that do not count.
    """
    seen = {outcome.run_dir.resolve() for outcome in outcomes}
    found = []
    for folder in sorted(sweep_dir.iterdir()) if sweep_dir.is_dir() else []:
        is_run = folder.is_dir() and (folder / ".hydra").is_dir()
        if not is_run or folder.resolve() in seen or folder.name in passed_over or has_writer(folder):
            continue
        try:
            state = read_state(folder)
        except RunDirectoryError as error:
            found.append(Outcome(folder, error))
            continue
        found.append(Outcome(folder, _error_of(state)))
    return found


def _error_of(state: Mapping[str, Any]) -> SSVAEError | None:
    if state.get("status") == "completed":
        return None
    said = "it ended without a word: killed, or out of memory"
    return SSVAEError(state.get("reason") or (said if is_lost(state) else state.get("status")))


def failures_text(outcomes: Sequence[Outcome], planned: int) -> str | None:
    """The end of a sweep: which runs failed, why, and where their logs are. None when all is well.

    Args:
        outcomes: Of the runs that were begun this time.
        planned: How many were to be done this time.
    """
    ended = [outcome for outcome in outcomes if outcome.error is not None]
    stopped = [outcome for outcome in ended if outcome.code in STOPPED]
    failed = [outcome for outcome in ended if outcome not in stopped]
    missing = planned - len(outcomes)
    if not ended and missing <= 0:
        return None
    lines = _listed(failed, f"{len(failed)} of {planned} runs failed:")
    lines += _listed(
        stopped, f"{len(stopped)} of {planned} runs stopped (to go on with one: ssvae resume FOLDER):"
    )
    if missing > 0:
        lines.append(f"{missing} of {planned} runs were not begun this time.")
    return "\n".join(lines)


def _listed(outcomes: Sequence[Outcome], head: str) -> list[str]:
    """The head, and two lines for each run; nothing for none."""
    lines = [head] if outcomes else []
    for outcome in outcomes:
        assert outcome.error is not None
        first_line = reason_of(outcome.error).splitlines()[0]
        lines.append(
            f"  • {outcome.run_dir.name}: {first_line}\n    {shown_path(outcome.run_dir / LOG_FILE)}"
        )
    return lines
