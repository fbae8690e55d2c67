"""`ssvae reproduce RUN`: run a run again and say what came out the same.

In: words typed in a shell. Out: the verdict, an exit code. Importing this imports no JAX.
Not here: running and comparing (reproduction/).
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["reproduce"]

_WIDTH = 100
"""Characters of the one line that shows how far the new run is."""


def reproduce(
    run: Annotated[
        Path, typer.Argument(help="The run's folder, such as results/mixture_digits_20260102_030405.")
    ],
    here: Annotated[
        bool, typer.Option("--here", help="Use the code that is here, and say in what it is not the run's.")
    ] = False,
    tolerance: Annotated[
        float | None,
        typer.Option(min=0.0, metavar="RTOL", help="Accept relative differences up to this, such as 1e-3."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where the new run goes, and stays.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the new run whatever the verdict.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Run a run again with the code it was made with, and compare every number to the last bit.

    This RUNS THE CODE THAT THE FOLDER HOLDS: use it on folders that you trust. (All other commands only read.)
    Nothing in the folder is changed. Exit code: 0 reproduced, 1 not reproduced, 2 it cannot be tried.
    """
    from ssvae.composition.exit_codes import code_of
    from ssvae.errors import SSVAEError, reason_of
    from ssvae.reproduction.order import reproduce as run_again
    from ssvae.runs.printable import printable
    from ssvae.runs.strict_json import dumps

    progress = _Progress()
    try:
        verdict = run_again(run, here=here, tolerance=tolerance, output=output, keep=keep, tell=progress.tell)
    except SSVAEError as error:
        progress.clear()
        sys.stderr.write(printable(reason_of(error)) + "\n")
        raise typer.Exit(2) from error
    except KeyboardInterrupt as error:
        progress.clear()
        sys.stderr.write(f"Stopped by {reason_of(error)}: nothing was compared.\n")
        raise typer.Exit(code_of(error)) from error
    progress.clear()
    sys.stdout.write(dumps(verdict.mapping()) if as_json else verdict.text())
    raise typer.Exit(0 if verdict.is_reproduced else 1)


class _Progress:
    """One line on a terminal that changes as the new run goes on; elsewhere only what we say ourselves."""

    def __init__(self) -> None:
        self._is_live = sys.stderr.isatty()

    def tell(self, line: str) -> None:
        """Show the newest line."""
        from ssvae.runs.printable import one_line

        if self._is_live:
            sys.stderr.write("\r" + one_line(line)[:_WIDTH].ljust(_WIDTH))
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave nothing of it."""
        if self._is_live:
            sys.stderr.write("\r" + " " * _WIDTH + "\r")
            sys.stderr.flush()
