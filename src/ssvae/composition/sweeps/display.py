"""What a sweep shows while it runs: a line for each job that ends, and on a terminal a table that stays in place.

In: jobs that begin and end, epochs. Out: text on standard output. Not here: the logs of the jobs (runs/logs.py).
"""

import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ssvae.runs.console import say, terminal
from ssvae.runs.progress import progress_shown_by
from ssvae.runs.sweeps.record import Job

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["AbstractDisplay", "LineDisplay", "sweep_display"]

_MOST_NAMED = 3
"""Lines of the table for jobs that are open at once; on an accelerator there may be dozens."""


class AbstractDisplay(ABC):
    """Told of everything while it happens."""

    def __init__(self, left: int, total: int):
        self.left, self.total = left, total
        self.counts = {"completed": 0, "failed": 0, "interrupted": 0}

    @abstractmethod
    def tell(self, line: str) -> None:
        """Show a line that stays."""

    @abstractmethod
    def began(self, job: Job) -> None:
        """An attempt of a job begins."""

    def ended(self, job: Job) -> None:
        """A job has ended; its state says how."""
        self.counts[job.state] = self.counts.get(job.state, 0) + 1
        self.tell(f"[{sum(self.counts.values())}/{self.left}] {_end(job)}")

    def repeats(self, job: Job, more: int) -> None:
        """An attempt of a job has failed, and another begins.

        Args:
            job: As it stands.
            more: Attempts that are left after that one.
        """
        self.tell(f"{_end(job)}. It is tried again; attempts left after that: {more}.")

    @abstractmethod
    def epochs(self, folder: str, done: int, total: int) -> None:
        """How far the training of a job is; `folder` is empty where the jobs are made up as the sweep goes."""

    @contextlib.contextmanager
    def following(self, folder: str) -> Iterator[None]:
        """While inside, what trains in this context is the job of this folder."""
        with progress_shown_by(partial(self.epochs, folder)):
            yield


def _end(job: Job) -> str:
    why = f": {job.reason}" if job.reason else ""
    return f"{job.folder} {job.state} in {job.seconds or 0:.1f} s{why}"


class LineDisplay(AbstractDisplay):
    """For a pipe or a file: a line when a job has ended, and nothing in between."""

    def tell(self, line: str) -> None:
        """One line on standard output."""
        say(line)

    def began(self, job: Job) -> None:
        """Nothing."""

    def epochs(self, folder: str, done: int, total: int) -> None:
        """Nothing."""


class _TableDisplay(AbstractDisplay):
    """For a terminal: what is done, running and failed, and how long it will still take."""

    def __init__(self, left: int, total: int, console: "Console"):
        super().__init__(left, total)
        from rich.live import Live

        self._console = console
        self._started = time.monotonic()
        self._running: dict[str, tuple[int, int]] = {}
        """Folder → epochs done and asked for, of jobs that have begun."""
        self.live = Live(get_renderable=self._table, console=console, transient=True, refresh_per_second=4)

    def tell(self, line: str) -> None:
        """Above the table."""
        self._console.print(line)

    def began(self, job: Job) -> None:
        """The table names the job."""
        self._running[job.folder] = (0, 0)

    def ended(self, job: Job) -> None:
        """A line, and the table counts one more."""
        self._running.pop(job.folder, None)
        super().ended(job)

    def epochs(self, folder: str, done: int, total: int) -> None:
        """The table says how far the job is."""
        self._running[folder] = (done, total)

    def _table(self) -> "RenderableType":
        from rich.table import Table

        table = Table(
            "done", "failed", "left", "running", "epoch", "time left", box=None, padding=(0, 2, 0, 0)
        )
        # Copied, for jobs begin and train in threads of their own.
        running = dict(self._running)
        shares = [done / total for done, total in running.values() if total]
        failed = self.counts["failed"] + self.counts["interrupted"]
        ended = sum(self.counts.values())
        names = [(name, f"{done}/{total}" if total else "") for name, (done, total) in running.items()]
        (name, epochs), *others = names or [("", "")]
        table.add_row(
            f"{self.counts['completed'] + self.total - self.left}/{self.total}",
            str(failed),
            str(max(0, self.left - ended)),
            name,
            epochs,
            self._time_left(ended + sum(shares, 0.0)),
        )
        for name, epochs in others[: _MOST_NAMED - 1]:
            table.add_row("", "", "", name, epochs, "")
        if len(names) > _MOST_NAMED:
            table.add_row("", "", "", f"and {len(names) - _MOST_NAMED} more", "", "")
        return table

    def _time_left(self, ended: float) -> str:
        """From the time that jobs took so far; the first, which compiles, makes it pessimistic."""
        if not ended:
            return "?"
        seconds = (time.monotonic() - self._started) / ended * max(0.0, self.left - ended)
        return f"{int(seconds // 3600)}:{int(seconds // 60) % 60:02}:{int(seconds) % 60:02}"


@contextlib.contextmanager
def sweep_display(left: int, total: int) -> Iterator[AbstractDisplay]:
    """While inside, show how far a sweep is.

    Args:
        left: Jobs to do.
        total: Those of the whole sweep, of which some may be complete.
    """
    console = terminal()
    display: Any = LineDisplay(left, total) if console is None else _TableDisplay(left, total, console)
    with contextlib.ExitStack() as stack:
        stack.enter_context(display.following(""))
        if console is not None:
            stack.enter_context(display.live)
        yield display
