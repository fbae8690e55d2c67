"""Who runs a run, and whether that one is still there: a number alone does not tell, for numbers are given out again.

In: nothing, or the identity a run has recorded. Out: an identity, or what is known of its life.
Not here: what a run does (state.py), who may write into a folder (lock.py).
"""

import enum
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["SILENCE", "Life", "identity", "life_of", "present_time"]

SILENCE = 900.0
"""Seconds without a sign of life after which a process that cannot be asked counts as gone: ninety signs, and longer
than a machine pauses under load."""


class Life(enum.Enum):
    """What is known of a process."""

    ALIVE = "alive"
    DEAD = "dead"
    OUT_OF_SIGHT = "out of sight"
    """On another machine, or in another container: only its signs of life tell."""


def identity() -> dict[str, Any]:
    """This process, such that no other is taken for it.

    Returns:
        `pid`; `process_started`, in clock ticks since the machine started; `boot_id`, Linux's name for the time since
        then; `pid_namespace`, where the number holds; `host`. What the system does not tell is None.
    """
    return {
        "pid": os.getpid(),
        "process_started": _started(os.getpid()),
        "boot_id": _boot_id(),
        "pid_namespace": _pid_namespace(),
        "host": platform.node(),
    }


def life_of(recorded: Mapping[str, Any]) -> Life:
    """Whether the process of a recorded identity still is there.

    A pause of any length is no death: on this machine the system is asked, not the clock.
    """
    if recorded.get("host") != platform.node():
        return Life.OUT_OF_SIGHT
    if recorded.get("boot_id") not in (None, _boot_id()):
        return Life.DEAD  # the machine was restarted since
    if recorded.get("pid_namespace") not in (None, _pid_namespace()):
        return Life.OUT_OF_SIGHT
    pid = recorded.get("pid")
    if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0 or not _exists(pid):
        return Life.DEAD
    started = _started(pid)
    # Without the time of its start the number has to do; that of another process is no sign of life.
    is_same = None in (started, recorded.get("process_started")) or started == recorded["process_started"]
    return Life.ALIVE if is_same and not _is_zombie(pid) else Life.DEAD


def present_time() -> str:
    """Now, as `2026-01-02T03:04:05+00:00`: clocks of several machines are compared in universal time."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _exists(pid: int) -> bool:
    if os.name == "nt":
        return True  # there, signal 0 does not ask but interrupts
    try:
        os.kill(pid, 0)  # signal 0 only asks
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it exists and belongs to somebody else
    return True


def _started(pid: int) -> int | None:
    """Clock ticks from the machine's start to the process's; no change of the clock moves it. None outside Linux."""
    fields = _statistics(pid)
    return int(fields[19]) if fields else None


def _is_zombie(pid: int) -> bool:
    """Whether it has ended and only its parent has not asked how."""
    fields = _statistics(pid)
    return bool(fields) and fields[0] in ("Z", "X")


def _statistics(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the program's name, which may hold anything; see proc(5)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _boot_id() -> str | None:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None


def _pid_namespace() -> str | None:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return None
