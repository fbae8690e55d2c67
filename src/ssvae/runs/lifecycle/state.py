"""state.json: the life of a run as a machine sees it, from its first second to its last.

In: status and phase. Out: the file, and whether a run that calls itself running still is.
Not here: the human label `experiment.status` (config_file.py).
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import write_text
from ssvae.runs.lifecycle.process import SILENCE, Life, identity, life_of, present_time
from ssvae.runs.strict_json import dumps, read_json_mapping

__all__ = [
    "ENDED",
    "LIFECYCLE",
    "STATE_FILE",
    "is_lost",
    "is_mine",
    "lifecycle",
    "next_state",
    "peek_state",
    "read_state",
    "sign_of_life",
    "write_state",
]

STATE_FILE = "state.json"

LIFECYCLE = ("running", "completed", "failed", "interrupted")
ENDED = LIFECYCLE[1:]
"""A run in one of these does not change any more, until it is resumed."""

_KEPT = ("phase", "epoch", "label_before", "resumptions")
"""What stays as it is while nobody says otherwise."""

_turn = threading.RLock()
"""Reading, changing and writing is one step: the sign of life comes from a thread of its own."""


def write_state(
    run_dir: Path, status: str, *, reason: str | None = None, is_durable: bool = True, **changes: Any
) -> dict[str, Any]:
    """Write what the run is doing now, as this process.

    Args:
        run_dir: The run's folder.
        status: One of `LIFECYCLE`.
        reason: Why it ended, unless it completed.
        is_durable: False for what need not survive a power cut.
        **changes: See `next_state`.

    Raises:
        RunDirectoryError: when the file cannot be written.
    """
    with _turn:
        state = next_state(run_dir, status, reason=reason, **changes)
        write_text(run_dir / STATE_FILE, dumps(state), is_durable=is_durable)
        return state


def next_state(run_dir: Path, status: str, *, reason: str | None = None, **changes: Any) -> dict[str, Any]:
    """What `write_state` would write; what nobody changes stays as the file has it.

    Args:
        run_dir: The run's folder.
        status: One of `LIFECYCLE`.
        reason: Why it ended, unless it completed.
        **changes: `phase`, such as `training`; `epoch`, the last one whose checkpoint is safe; `label_before`, what a
            person called it before it failed; `resumptions`, one mapping for each time it was gone on with.
    """
    before, now = peek_state(run_dir), present_time()
    state = {
        "status": status,
        "phase": None,
        "epoch": None,
        "reason": reason,
        **identity(),
        "started": before.get("started", now),
        "updated": now,
        "heartbeat": now,
        "label_before": None,
        "resumptions": [],
    }
    return state | {key: before[key] for key in _KEPT if key in before} | changes


def sign_of_life(run_dir: Path) -> None:
    """Move the heartbeat of a run of this process to now; nothing else changes.

    Raises:
        RunDirectoryError: when the file cannot be written.
    """
    with _turn:
        state = peek_state(run_dir)
        if state.get("status") == "running" and is_mine(state):
            write_text(run_dir / STATE_FILE, dumps(state | {"heartbeat": present_time()}), is_durable=False)


def read_state(run_dir: Path) -> dict[str, Any]:
    """The content of state.json.

    Raises:
        RunDirectoryError: when it is absent or not JSON.
    """
    return read_json_mapping(run_dir / STATE_FILE)


def peek_state(run_dir: Path) -> dict[str, Any]:
    """The state so far; empty when there is none, or when it is damaged and about to be replaced."""
    try:
        state = read_state(run_dir)
    except RunDirectoryError:
        return {}
    if not isinstance(state.get("resumptions", []), list):
        del state["resumptions"]
    return state


def is_mine(state: Mapping[str, Any]) -> bool:
    """Whether this very process wrote it."""
    return all(state.get(key) == value for key, value in identity().items())


def is_lost(state: Mapping[str, Any]) -> bool:
    """Whether a run calls itself running while its process is gone: killed, or the machine restarted.

    Of a run on another machine, or in another container, the signs of life tell: after `SILENCE` without, it is lost.
    """
    if state.get("status") != "running":
        return False
    life = life_of(state)
    return life is Life.DEAD or (life is Life.OUT_OF_SIGHT and _silence(state) > SILENCE)


def lifecycle(state: Mapping[str, Any]) -> str:
    """`running`, `completed`, `failed` or `interrupted`; `lost` when it died without a word, else `unknown`."""
    status = state.get("status")
    if status not in LIFECYCLE:
        return "unknown"
    return "lost" if is_lost(state) else status


def _silence(state: Mapping[str, Any]) -> float:
    """Seconds since the last sign of life; endless when there is none that can be read."""
    try:
        heard = datetime.fromisoformat(state["heartbeat"])
        return (datetime.now(UTC) - heard).total_seconds()
    except (KeyError, TypeError, ValueError):
        return float("inf")
