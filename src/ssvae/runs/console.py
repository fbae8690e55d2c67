"""The terminal, when there is one: one rich console that the log and the progress bar share.

Lines printed through it appear above a live bar and do not tear it.
In: nothing. Out: the console, or None in a pipe, a file or a notebook. Not here: what is printed.
"""

import functools
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["terminal"]


def terminal() -> "Console | None":
    """The console on standard output if that is a terminal, the same one at every call; else None."""
    return _console(sys.stdout) if sys.stdout is not None and sys.stdout.isatty() else None


@functools.lru_cache(maxsize=1)
def _console(stream: Any) -> "Console":
    from rich.console import Console  # here, so that a run in a pipe never pays for it

    return Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
