"""The terminal, when there is one: one rich console that the log and the progress bar share.

Lines printed through it appear above a live bar and do not tear it.
In: nothing. Out: the console, or None in a pipe, a file or a notebook; one line, whoever reads. Not here: what is
printed.
"""

import contextlib
import contextvars
import functools
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["is_quiet", "open_closed_streams", "quiet_console", "say", "terminal"]

_quiet: contextvars.ContextVar[bool] = contextvars.ContextVar("quiet", default=False)


@contextlib.contextmanager
def quiet_console() -> Iterator[None]:
    """While inside, runs that begin show nothing: somebody else says how far they are. Their logs have all."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Whether `quiet_console` is in force."""
    return _quiet.get()


def terminal() -> "Console | None":
    """The console on standard output if that is a terminal, the same one at every call; else None."""
    return _console(sys.stdout) if sys.stdout is not None and sys.stdout.isatty() else None


@functools.lru_cache(maxsize=1)
def _console(stream: Any) -> "Console":
    from rich.console import Console  # here, so that a run in a pipe never pays for it

    return Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)


def say(line: str) -> None:
    """One line on standard output; a run whose reader, such as `head`, has gone is no worse for it."""
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still unsaid goes to standard error, or Python would fail over it once more as it leaves.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def open_closed_streams() -> None:
    """Give a program that was started without standard streams (`>&-`) ones that lead nowhere.

    Else the next file it opens takes their number, and what is meant for the console goes into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open as long as the program
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
