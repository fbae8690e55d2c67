"""state.json: the life of a run as a machine sees it, from its first second to its last.

In: status and phase. Out: the file, and whether a run that calls itself running still is.
Not here: the human label `experiment.status` (config_file.py).
"""

import os
import platform
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import write_text
from ssvae.runs.strict_json import dumps, loads

__all__ = ["ENDED", "LIFECYCLE", "STATE_FILE", "is_lost", "read_state", "write_state"]

STATE_FILE = "state.json"

LIFECYCLE = ("running", "completed", "failed", "interrupted")
ENDED = LIFECYCLE[1:]
"""A run in one of these does not change any more."""


def write_state(
    run_dir: Path,
    status: str,
    *,
    phase: str | None = None,
    reason: str | None = None,
    is_durable: bool = True,
) -> dict[str, Any]:
    """Write what the run is doing now, as this process; the start is kept from the file that is there.

    Args:
        run_dir: The run's folder.
        status: One of `LIFECYCLE`.
        phase: What it is doing, such as `training`. None: as before.
        reason: Why it ended, unless it completed.
        is_durable: False for a mere sign of life, which need not survive a power cut.

    Raises:
        RunDirectoryError: when the file cannot be written.
    """
    before = _peek(run_dir)
    now = datetime.now().isoformat(timespec="seconds")
    state = {
        "status": status,
        "phase": phase or before.get("phase"),
        "reason": reason,
        "pid": os.getpid(),
        "boot_id": _boot_id(),
        "host": platform.node(),
        "started": before.get("started", now),
        "updated": now,
    }
    write_text(run_dir / STATE_FILE, dumps(state), is_durable=is_durable)
    return state


def read_state(run_dir: Path) -> dict[str, Any]:
    """The content of state.json.

    Raises:
        RunDirectoryError: when it is absent or not JSON.
    """
    path = run_dir / STATE_FILE
    try:
        state = loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{path} cannot be read: {error}. Is {run_dir} a run folder?") from error
    if not isinstance(state, dict):
        raise RunDirectoryError(f"{path} must hold a mapping, got {state!r}. Undo the last edit of it.")
    return state


def is_lost(state: Mapping[str, Any]) -> bool:
    """Whether a run calls itself running while its process is certainly gone: killed, or the machine restarted.

    A run on another machine is believed: it cannot be asked from here.
    """
    if state.get("status") != "running" or state.get("host") != platform.node():
        return False
    if state.get("boot_id") != _boot_id():
        return True
    return not _is_alive(state.get("pid"))


def _peek(run_dir: Path) -> dict[str, Any]:
    """The state so far; empty when there is none, or when it is damaged and about to be replaced."""
    try:
        return read_state(run_dir)
    except RunDirectoryError:
        return {}


def _boot_id() -> str | None:
    """Linux's name for the time since the last restart; None elsewhere."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None


def _is_alive(pid: Any) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    if os.name == "nt":
        return True  # there, signal 0 does not ask but interrupts
    try:
        os.kill(pid, 0)  # signal 0 only asks whether the process exists
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it exists and belongs to somebody else
    return True
