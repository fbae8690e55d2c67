import io
import re
from typing import Any

import pytest
from rich.console import Console

from ssvae.composition.sweeps import display as module
from ssvae.composition.sweeps.display import LineDisplay, sweep_display
from ssvae.runs.console import _console
from ssvae.runs.progress import epoch_bar
from ssvae.runs.sweeps.record import Job


def job(number, state="completed", reason: str | None = None, seconds: float | None = 1.46):
    return Job(number, f"{number:03}_seed-{number}", "", {}, state=state, reason=reason, seconds=seconds)


def lines(display):
    """Of the table."""
    console = Console(record=True, width=110, file=io.StringIO())
    console.print(display.live.get_renderable())
    return console.export_text().splitlines()


def row(display):
    """Head → cell of the table."""
    heads, cells = lines(display)
    starts = [(found.group(), found.start()) for found in re.finditer(r"\S+(?: \S+)*", heads)]
    ends = [*(start for _, start in starts[1:]), None]
    return {head: cells[start:end].strip() for (head, start), end in zip(starts, ends, strict=True)}


class Clock:
    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(module, "time", found)
    return found


@pytest.fixture
def screen(monkeypatch):
    """What is written on the terminal there is."""
    stream = io.StringIO()
    stream.isatty = lambda: True
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "110")
    # The console that `terminal` gives, made anew for this stream.
    monkeypatch.setattr(module, "terminal", lambda: _console.__wrapped__(stream))
    return stream


@pytest.fixture
def table(screen, clock):
    """The display of a sweep of five jobs, of which one was complete before."""
    with sweep_display(left=4, total=5) as display:
        yield display


class TestLines:
    def test_a_job_is_told_when_it_has_ended(self, capsys):
        with sweep_display(left=3, total=5) as display:
            assert isinstance(display, LineDisplay)
            display.began(job(0))
            display.ended(job(0))
            display.ended(job(1, "failed", "ValueError: [red]x[/red]", seconds=None))
            display.ended(job(2, "interrupted", "Ctrl-C", seconds=61.0))
        assert capsys.readouterr().out.splitlines() == [
            "[1/3] 000_seed-0 completed in 1.5 s",
            "[2/3] 001_seed-1 failed in 0.0 s: ValueError: [red]x[/red]",
            "[3/3] 002_seed-2 interrupted in 61.0 s: Ctrl-C",
        ]
        assert display.counts == {"completed": 1, "failed": 1, "interrupted": 1}

    def test_an_attempt_that_is_repeated_is_no_end(self, capsys):
        with sweep_display(left=1, total=1) as display:
            display.repeats(job(0, "failed", "OSError: x"), 2)
            display.ended(job(0))
        assert capsys.readouterr().out.splitlines() == [
            "000_seed-0 failed in 1.5 s: OSError: x. It is tried again; attempts left after that: 2.",
            "[1/1] 000_seed-0 completed in 1.5 s",
        ]

    def test_in_between_there_is_nothing(self, capsys):
        with sweep_display(left=1, total=1) as display:
            display.began(job(0))
            with epoch_bar(10) as advance:
                advance(3)
        assert capsys.readouterr().out == ""


class TestTable:
    def test_at_the_beginning(self, table):
        assert row(table) == {
            "done": "1/5", "failed": "0", "left": "4", "running": "", "epoch": "", "time left": "?",
        }  # fmt: skip

    def test_the_job_that_runs_and_its_epoch(self, table):
        table.began(job(7))
        assert (row(table)["running"], row(table)["epoch"]) == ("007_seed-7", "")
        with table.following(job(7).folder), epoch_bar(30) as advance:
            advance(5)
            advance(2)
        assert row(table)["epoch"] == "7/30"
        table.ended(job(7))
        table.began(job(8))
        assert (row(table)["running"], row(table)["epoch"]) == ("008_seed-8", "")

    def test_jobs_that_are_open_at_once_have_a_line_each(self, table):
        for number in range(5):
            table.began(job(number))
        table.epochs(job(1).folder, 3, 4)
        assert [line.split() for line in lines(table)[1:]] == [
            ["1/5", "0", "4", "000_seed-0", "0:00:00"],
            ["001_seed-1", "3/4"],
            ["002_seed-2"],
            ["and", "2", "more"],
        ]

    def test_an_epoch_of_a_job_that_nobody_announced(self, table):
        with epoch_bar(30) as advance:
            advance(5)
        assert row(table)["epoch"] == "5/30"

    def test_jobs_that_ended_are_counted_as_what_they_became(self, table):
        table.began(job(0))
        for ended in (job(0), job(1, "failed"), job(2, "interrupted")):
            table.ended(ended)
        found = row(table)
        assert [found[head] for head in ("done", "failed", "left", "running")] == ["2/5", "2", "1", ""]

    def test_a_job_that_has_ended_has_no_epochs_left(self, table):
        table.began(job(0))
        table.epochs(job(0).folder, 10, 10)
        table.ended(job(0))
        assert row(table)["epoch"] == ""

    @pytest.mark.parametrize(
        ("ended", "epoch", "seconds", "left"),
        [(0, 5, 30, "0:03:30"), (1, 0, 60, "0:03:00"), (1, 5, 15, "0:00:25"), (2, 0, 7400, "2:03:20")],
    )
    def test_the_time_left_is_that_of_the_jobs_so_far(self, table, clock, ended, epoch, seconds, left):
        """Of four jobs some have ended, and so many of the next one's ten epochs."""
        for number in range(ended):
            table.ended(job(number))
        table.began(job(ended))
        table.epochs(job(ended).folder, epoch, 10)
        clock.now += seconds
        assert row(table)["time left"] == left

    def test_lines_stay_above_it_as_they_are(self, table, screen):
        table.ended(job(0, "failed", "ValueError: [bold]x[/bold] :smile:"))
        assert "[1/4] 000_seed-0 failed in 1.5 s: ValueError: [bold]x[/bold] :smile:\n" in screen.getvalue()


def test_the_table_is_shown_and_taken_away(screen, clock):
    with sweep_display(left=2, total=2) as found:
        display: Any = found
        display.began(job(3))
        display.live.refresh()
        assert "003_seed-3" in screen.getvalue()
    assert not display.live.is_started
