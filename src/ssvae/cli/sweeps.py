"""`ssvae sweep`: what a sweep found, while it runs and afterwards. No run in it is executed or changed.

In: words typed in a shell. Out: tables or JSON, the answer's files, an exit code. Importing this imports no JAX.
Not here: finding the answer (comparison/).
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ssvae.cli.printing import print_json, print_line, print_rows

if TYPE_CHECKING:
    from ssvae.comparison import Grid

__all__ = ["sweep"]

sweep = typer.Typer(help="Look at sweeps: their jobs, what they found.", no_args_is_help=True)

Sweep = Annotated[
    Path,
    typer.Argument(help="The sweep's folder, such as multirun_outputs/mixture_digits_20260102_030405."),
]


@sweep.command()
def show(folder: Sweep, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Tell what a sweep found: its configurations, the best first, its jobs, what failed and why."""
    from ssvae.comparison import overview, plain_answer, read_answer

    with _told():
        if as_json:
            print_json(plain_answer(read_answer(folder)))
            return
        found = overview(folder)
    print_line(f"{found.name}: {found.verdict}")
    for warning in found.warnings:
        print_line(f"WARNING: {warning}")
    for grid in (found.groups, found.jobs, found.failures):
        _print(grid)


@sweep.command()
def report(folder: Sweep) -> None:
    """Write summary.csv, figures, REPORT.md and report.html of a sweep again, from the files of its runs."""
    from ssvae.comparison import TABLE_FILE, write_answer
    from ssvae.runs.reporting.report import HTML_FILE, REPORT_FILE

    with _told():
        write_answer(folder)
    for name in (TABLE_FILE, REPORT_FILE, HTML_FILE):
        print_line(str(folder / name))


def _print(grid: "Grid") -> None:
    if grid.rows:
        print_line("")
        print_line(grid.title)
        print_rows(grid.rows, *grid.columns)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Exit with 2 when the path is no sweep's folder, its record is damaged, or the disk refuses."""
    from ssvae.errors import RunDirectoryError
    from ssvae.runs.printable import printable

    try:
        yield
    except RunDirectoryError as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        raise typer.Exit(2) from error
