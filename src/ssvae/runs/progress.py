"""The live bar of a run on a terminal; in a pipe or a file there is nothing.

In: how many epochs. Out: a bar. Not here: the epoch lines (lines.py).
"""

import contextlib
import contextvars
from collections.abc import Callable, Iterator

from ssvae.runs.console import terminal

__all__ = ["epoch_bar", "progress_shown_by", "without_bars"]

_shown_by: contextvars.ContextVar[Callable[[int, int], None] | None] = contextvars.ContextVar(
    "shown_by", default=None
)
"""Who shows the progress of runs in place of a bar of their own: two bars at once tear each other."""


@contextlib.contextmanager
def progress_shown_by(show: Callable[[int, int], None]) -> Iterator[None]:
    """While inside, runs tell how far they are instead of showing it.

    Args:
        show: Is called with the number of epochs done and asked for.
    """
    token = _shown_by.set(show)
    try:
        yield
    finally:
        _shown_by.reset(token)


@contextlib.contextmanager
def without_bars() -> Iterator[None]:
    """While inside, runs that are open at once show no bars of their own."""
    with progress_shown_by(_shown_by.get() or (lambda done, total: None)):
        yield


@contextlib.contextmanager
def epoch_bar(total: int) -> Iterator[Callable[[int], None]]:
    """While inside, show how far training is.

    Args:
        total: Epochs asked for.

    Yields:
        A function to call with the number of epochs just finished.
    """
    console = terminal()
    if (show := _shown_by.get()) is not None:
        yield _told_to(show, total)
        return
    if console is None:
        yield lambda epochs: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Training"), BarColumn(), MofNCompleteColumn(), TextColumn("epochs, left:"))
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, refresh_per_second=4
    ) as bar:
        task = bar.add_task("epochs", total=total)
        yield lambda epochs: bar.advance(task, epochs)


def _told_to(show: Callable[[int, int], None], total: int) -> Callable[[int], None]:
    done = 0

    def advance(epochs: int) -> None:
        nonlocal done
        done += epochs
        show(done, total)

    return advance
