"""`ssvae why RUN COMPONENT`: why a metric, a plot, a check or a loss term is as it is.

In: words typed in a shell. Out: one screen, an exit code. Importing this imports no JAX.
Not here: finding the answer (runs/reporting/explanation.py).
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ssvae.cli.printing import print_json, print_line, print_rows
from ssvae.cli.runs import check_run

__all__ = ["why"]


def why(
    run: Annotated[
        Path, typer.Argument(help="The run's folder, such as results/mixture_digits_20260102_030405.")
    ],
    component: Annotated[
        str,
        typer.Argument(help="As the report names it, such as tau_classifier, low_information or loss.kl.c."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell why a component of a run is there or is missing: state, reason, what enables it, what the log says."""
    from ssvae.errors import RunDirectoryError
    from ssvae.runs.printable import printable
    from ssvae.runs.reporting.explanation import explain

    check_run(run)
    try:
        found = explain(run, component)
    except RunDirectoryError as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        raise typer.Exit(2) from error
    if as_json:
        print_json(found)
        return
    print_rows(_rows(found))
    for line in found["log"]:
        print_line(line)
    for problem in found["problems"]:
        print_line(f"Damaged: {problem}")


def _rows(found: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield "Component", found["component"]
    yield "Status", found["status"]
    if found["reason"]:
        yield "Reason", found["reason"]
    if found["remedy"]:
        yield ("To try" if found["status"] == "warned" else "To enable"), found["remedy"]
    yield from found["values"].items()
    for path in found["figures"]:
        yield "Figure", path
