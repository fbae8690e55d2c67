"""The end of a run, however it came: the last words of every file, and the report.

In: the run's folder, and the exception that ended it if one did. Out: the final state.json, summary.json, label in
config.yaml, REPORT.md, report.html. Not here: logging the exception (session.py), exit codes (composition/).
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError, reason_of
from ssvae.runs.config_file import CONFIG_FILE, complete_header, read_config
from ssvae.runs.lifecycle.reserve import release_reserve
from ssvae.runs.lifecycle.state import ENDED, next_state, peek_state, read_state, write_state
from ssvae.runs.reporting.report import write_report
from ssvae.runs.summary import NOT_REACHED, read_summary, write_summary

__all__ = ["finish_run"]

_LONGEST_REASON = 200
"""Characters of an error repeated for each component it kept from running; the report has all of it once."""


def finish_run(run_dir: Path, error: BaseException | None = None) -> str:
    """Close the record of a run. Calling it again changes nothing, except that an error outweighs a completion.

    It works on whatever is there: a run may end before it has written its first file.

    Args:
        run_dir: The run's folder.
        error: What ended the run; None when it came to its end.

    Returns:
        `completed`, `failed` or `interrupted`.

    Raises:
        RunDirectoryError: when the disk refuses. Then the run has not completed; of any other end, every file is
            tried before.
    """
    status, reason = _outcome(run_dir, error)
    release_reserve(run_dir)  # on a full disk, this is the room for the last words
    state = _final_state(run_dir, status, reason)
    steps: list[Callable[[], None]] = [
        partial(_close_summary, run_dir, status, reason),
        *([partial(_label_failed, run_dir)] if status == "failed" else []),
        partial(write_report, run_dir, state),
    ]
    closing = partial(_close_state, run_dir, state)
    if status == "completed":
        # Said last: whoever is killed before, or cannot write its report, has not completed and is gone on with.
        for step in (*steps, closing):
            step()
        return status
    # Any other end is said first: if the disk takes nothing more, at least it is known.
    with contextlib.ExitStack() as stack:  # undone in reverse, each whether or not another raised
        for step in reversed([closing, *steps]):
            stack.callback(step)
    return status


def _outcome(run_dir: Path, error: BaseException | None) -> tuple[str, str | None]:
    """(status, reason), an earlier failure being kept."""
    with contextlib.suppress(RunDirectoryError):
        state = read_state(run_dir)
        if state.get("status") in ENDED and (error is None or state["status"] != "completed"):
            return state["status"], state.get("reason")
    if error is None:
        return "completed", None
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "failed", reason_of(error)


def _final_state(run_dir: Path, status: str, reason: str | None) -> dict[str, Any]:
    """The end; that of an earlier call stays as it is, its time included."""
    state = peek_state(run_dir)
    if (state.get("status"), state.get("reason")) == (status, reason):
        return state
    changes: dict[str, Any] = {}
    if status == "failed" and (label := _label(run_dir)) not in (None, "failed"):
        changes["label_before"] = label  # a resumed run gets it back
    return next_state(run_dir, status, reason=reason, **changes)


def _close_state(run_dir: Path, state: dict[str, Any]) -> None:
    if peek_state(run_dir) != state:
        write_state(run_dir, **state)


def _close_summary(run_dir: Path, status: str, reason: str | None) -> None:
    """Set the status, and say of each component never reached why it was not."""
    summary: dict[str, Any]
    try:
        summary = read_summary(run_dir)
    except RunDirectoryError:
        summary = {"run": {}}
    summary["run"] = {**summary["run"], "status": status, "reason": reason}
    why = f": {reason.splitlines()[0][:_LONGEST_REASON]}" if reason else ""
    for entry in summary.get("components", {}).values():
        if entry["status"] == "not_run":
            entry["reason"] = f"the run ended before it{why}"
    for check in _mappings(summary["run"].get("checks")):
        if check.get("reason") == NOT_REACHED:
            check["reason"] = "the run ended before it"
    write_summary(run_dir, summary)


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    """The mappings in a mapping; nothing of what a stranger may have put there instead."""
    yield from (
        item for item in (value.values() if isinstance(value, dict) else ()) if isinstance(item, dict)
    )


def _label(run_dir: Path) -> str | None:
    """What a person calls the run; None when it has no readable config.yaml."""
    try:
        return read_config(run_dir)["experiment"].get("status")
    except RunDirectoryError:
        return None


def _label_failed(run_dir: Path) -> None:
    """The human label too; a run that ended before config.yaml was written has none."""
    if (run_dir / CONFIG_FILE).exists():
        complete_header(run_dir, status="failed")
