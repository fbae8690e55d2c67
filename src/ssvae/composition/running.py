"""Letting Hydra run what was prepared, and telling how it ended.

In: words for Hydra, a claimed folder. Out: an exit code. Imported only for a command that is right: it brings all that
writes reports. Not here: what a job does (task.py), what the codes mean (outcome.py), sweeps (sweeps/running.py).
"""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ssvae.composition.exit_codes import FAILED, code_of
from ssvae.composition.invocation import Invocation, invoked
from ssvae.composition.open_runs import close_open_runs
from ssvae.composition.outcome import Outcome, exit_code, kept_outcomes
from ssvae.composition.places import Places
from ssvae.composition.search_path import searching
from ssvae.composition.task import run_task
from ssvae.composition.versions import main_function
from ssvae.errors import SSVAEError
from ssvae.runs.console import say
from ssvae.runs.directory import shown_path
from ssvae.runs.reporting.report import HTML_FILE, REPORT_FILE
from ssvae.stopping import stop_signals

__all__ = ["call_hydra", "run_hydra", "run_job"]


def run_job(folder: Path, places: Places, invocation: Invocation, argv: Sequence[str]) -> int:
    """Run one job in the folder claimed for it; gives the exit code."""
    code, outcomes = run_hydra(places, invocation, argv)
    if (folder / REPORT_FILE).is_file():
        say(f"Report: {shown_path(folder / REPORT_FILE)} and {HTML_FILE}")
    return code or exit_code(outcomes) or (0 if outcomes else FAILED)


def call_hydra(places: Places, argv: Sequence[str]) -> int:
    """Hydra's own main, which reads its words from `sys.argv` and leaves with `SystemExit` when it fails."""
    with searching(places.user_folders), _arguments(argv):
        try:
            main_function(run_task, places.config_path, places.config_name)()
        except SystemExit as leaving:
            return leaving.code if isinstance(leaving.code, int) else FAILED if leaving.code else 0
    return 0


def run_hydra(places: Places, invocation: Invocation, argv: Sequence[str]) -> tuple[int, list[Outcome]]:
    """Hydra's exit code, and the end of each run of this process."""
    with invoked(invocation), kept_outcomes() as kept:
        error: BaseException = SSVAEError("Hydra ended before the run did; its message is on the console")
        try:
            with stop_signals() as stop, stop.foremost():  # Hydra tells every error, and makes it a code
                code = call_hydra(places, argv)
        except KeyboardInterrupt as interruption:
            code, error = code_of(interruption), interruption
        close_open_runs(error)
        return code, list(kept.values())


@contextlib.contextmanager
def _arguments(argv: Sequence[str]) -> Iterator[None]:
    before = sys.argv
    sys.argv = [before[0], *argv]
    try:
        yield
    finally:
        sys.argv = before
