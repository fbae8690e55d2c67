"""`ssvae resume RUN`: a run that stopped goes on.

In: a folder. Out: an exit code, as `train` has them. Not here: how (resuming.py of the rooms below).
"""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["resume"]


def resume(
    run: Annotated[
        Path, typer.Argument(help="The run's folder, such as results/mixture_digits_20260102_030405.")
    ],
) -> None:
    """Go on with a run that was interrupted or killed, in its own folder, as if it had never stopped.

    With other settings it becomes a run of its own: python train.py resume=RUN training.epochs=200
    """
    from ssvae.composition.app import leave_at_once
    from ssvae.composition.exit_codes import MISTAKE, STOPPED
    from ssvae.errors import SSVAEError
    from ssvae.resuming import is_completed, ready_to_resume
    from ssvae.runs.console import say
    from ssvae.runs.printable import printable

    if is_completed(run):
        say(
            f"{run} is complete: there is nothing to resume. To train it further, as a run of its own: "
            f"python train.py resume={run} training.epochs=EPOCHS"
        )
        return
    try:
        go_on = ready_to_resume(run, f"ssvae resume {shlex.quote(str(run))}")
    except SSVAEError as error:
        sys.stderr.write(f"{printable(str(error))}\n")
        raise typer.Exit(MISTAKE) from error
    code = _exit_code(go_on)
    if code in STOPPED:
        leave_at_once(code)
    say(f"Report: {run / 'REPORT.md'} and report.html")
    raise typer.Exit(code)


def _exit_code(go_on: Callable[[], None]) -> int:
    """Of the run, whose log has told how it ended."""
    from ssvae.composition.exit_codes import code_of

    try:
        go_on()
    except BaseException as error:
        return code_of(error)
    return 0
