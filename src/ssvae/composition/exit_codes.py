"""What the shell is told when a command ends.

In: nothing, or the exception that ended a run. Out: numbers. Not here: which of several runs counts (outcome.py).
"""

import signal

from ssvae.errors import CheckpointError, ConfigError, DataError, Interrupted

__all__ = ["FAILED", "INTERRUPTED", "MISTAKE", "STOPPED", "TERMINATED", "code_of"]

FAILED = 1
"""A run failed."""

MISTAKE = 2
"""What was asked cannot be: a mistake in the command, or data that is absent or damaged."""

INTERRUPTED = 130
"""Ctrl-C: 128 and the number of the signal, as shells have it."""

TERMINATED = 143
"""SIGTERM, and whatever else a scheduler sends to take the machine back: a script needs to know one number."""

STOPPED = (INTERRUPTED, TERMINATED)


def code_of(error: BaseException | None) -> int:
    """For a command whose one run ended so; 0 when nothing ended it before its time."""
    if error is None:
        return 0
    if isinstance(error, KeyboardInterrupt):
        is_typed = not isinstance(error, Interrupted) or error.signal is signal.SIGINT
        return INTERRUPTED if is_typed else TERMINATED
    return MISTAKE if isinstance(error, ConfigError | DataError | CheckpointError) else FAILED
