"""The live bar of a run on a terminal; in a pipe or a file there is nothing.

In: how many epochs. Out: a bar. Not here: the epoch lines (lines.py).
"""

import contextlib
from collections.abc import Callable, Iterator

from ssvae.runs.console import terminal

__all__ = ["epoch_bar"]


@contextlib.contextmanager
def epoch_bar(total: int) -> Iterator[Callable[[int], None]]:
    """While inside, show how far training is.

    Args:
        total: Epochs asked for.

    Yields:
        A function to call with the number of epochs just finished.
    """
    console = terminal()
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
