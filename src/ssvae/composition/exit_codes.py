"""What the shell is told when a command ends.

In: nothing. Out: numbers. Not here: which of them (outcome.py).
"""

__all__ = ["FAILED", "INTERRUPTED", "MISTAKE"]

FAILED = 1
"""A run failed."""

MISTAKE = 2
"""What was asked cannot be: a mistake in the command, or data that is absent or damaged."""

INTERRUPTED = 130
"""Ctrl-C: 128 and the number of the signal, as shells have it."""
