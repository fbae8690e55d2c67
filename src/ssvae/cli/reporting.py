"""`ssvae report RUN`: REPORT.md and report.html of a run once more, from its files or from its checkpoint.

In: a folder. Out: two files, their paths on standard output, an exit code. Importing this imports no JAX.
Not here: what they say (runs/reporting/), measuring again (pipeline/reevaluating.py).
"""

import dataclasses
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ssvae.cli.runs import check_run

__all__ = ["report"]


def report(
    run: Annotated[
        Path, typer.Argument(help="The run's folder, such as results/mixture_digits_20260102_030405.")
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="With --from-checkpoint: settings of the evaluation, as in evaluation=full evaluation.dpi=200."
        ),
    ] = None,
    from_checkpoint: Annotated[
        bool,
        typer.Option(
            "--from-checkpoint",
            help="Measure and draw everything again with the weights of the best epoch, also of a killed run.",
        ),
    ] = False,
) -> None:
    """Write REPORT.md and report.html of a run again, from the files in its folder."""
    from ssvae.composition.exit_codes import MISTAKE, STOPPED, code_of
    from ssvae.errors import ConfigError, Interrupted, SSVAEError
    from ssvae.runs.printable import printable
    from ssvae.runs.reporting.report import HTML_FILE, REPORT_FILE, write_report

    check_run(run)
    run = run.absolute() if not run.name else run  # `.` names no run
    try:
        _check(words, from_checkpoint)
        if from_checkpoint:
            _measure(run, words or ())
        write_report(run)
    except Interrupted as stop:
        again = shlex.join(["ssvae", "report", str(run), "--from-checkpoint", *(words or ())])
        sys.stderr.write(f"Stopped. The numbers of before are kept. To begin again: {again}\n")
        code = code_of(stop)
        raise typer.Exit(code if code in STOPPED else MISTAKE) from stop
    except SSVAEError as error:
        problems = error.problems if isinstance(error, ConfigError) else [str(error)]
        sys.stderr.write("".join(f"{printable(problem)}\n" for problem in problems))
        raise typer.Exit(MISTAKE) from error
    sys.stdout.write(f"{run / REPORT_FILE}\n{run / HTML_FILE}\n")


def _check(words: Sequence[str] | None, from_checkpoint: bool) -> None:
    """Raises:
    SSVAEError: when settings could have no effect.
    """
    from ssvae.errors import SSVAEError

    if words and not from_checkpoint:
        raise SSVAEError(
            f"{' '.join(words)}: a report made from the files alone measures nothing. Add --from-checkpoint."
        )


def _measure(run: Path, words: Sequence[str]) -> None:
    """JAX comes in here, when the words are known to be right."""
    from ssvae.composition.evaluation_words import evaluation_settings
    from ssvae.experiment import recorded_experiment
    from ssvae.plugins import load_plugins
    from ssvae.runs.config_file import CONFIG_FILE, read_config

    load_plugins()
    recorded = recorded_experiment(read_config(run), run / CONFIG_FILE)
    settings = evaluation_settings(words, recorded.evaluation) if words else recorded.evaluation
    from ssvae.pipeline.reevaluating import reevaluate

    reevaluate(run, dataclasses.replace(recorded, evaluation=settings))
