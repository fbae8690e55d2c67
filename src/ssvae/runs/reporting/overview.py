"""The truth about one run in a dozen lines: how it is, how far it came, why it ended, what to type next.

In: a run's folder. Out: facts by name. Not here: everything else about it (report.py), showing it (cli/).
"""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.lifecycle.state import lifecycle
from ssvae.runs.logs import LOG_FILE
from ssvae.runs.reporting.record import Record, read_record

__all__ = ["is_run_folder", "overview"]

_MARKS = ("config.yaml", "state.json", "summary.json")


def is_run_folder(run_dir: Path) -> bool:
    """Whether a run has left at least one of its files there."""
    return any((run_dir / name).is_file() or (run_dir / name).is_symlink() for name in _MARKS)


def overview(run_dir: Path) -> dict[str, Any]:
    """The facts, in the order in which they are shown; None for what is not known."""
    record = read_record(run_dir)
    state, header = record.state, record.header
    life = lifecycle(state)
    return {
        "run": run_dir.resolve().name,
        "name": header.get("name"),
        "label": header.get("status"),
        "lifecycle": life,
        "phase": state.get("phase"),
        "epoch": record.history[-1].get("epoch") if record.history else 0,
        "epochs": _epochs(record),
        "checkpoint": _whole(state.get("epoch")),
        "reason": "the process is gone without a word" if life == "lost" else state.get("reason"),
        "log": str(run_dir / LOG_FILE),
        "commit": header.get("git_commit"),
        "is_dirty": header.get("git_dirty"),
        "started": state.get("started"),
        "updated": state.get("heartbeat") or state.get("updated"),
        "next": _next(run_dir, life, state, _epochs(record)),
        "problems": record.problems,
    }


def _epochs(record: Record) -> int | None:
    """How many were asked for."""
    return _whole((record.config.get("training") or {}).get("epochs"))


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def _next(run_dir: Path, life: str, state: Mapping[str, Any], epochs: int | None) -> str | None:
    """What to type, if there is anything to do."""
    path = shlex.quote(str(run_dir))
    if life == "running":
        return f"tail -f {shlex.quote(str(run_dir / LOG_FILE))}"
    if life == "completed":
        return f"python train.py resume={path} training.epochs={2 * epochs if epochs else 'MORE'}"
    if not (run_dir / CONFIG_FILE).is_file():
        return "the run's command again: it ended before it had begun"
    if life in ("lost", "interrupted", "failed"):
        return f"ssvae resume {path}"
    return None
