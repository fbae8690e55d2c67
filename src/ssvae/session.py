"""One run from its first second to its last, whatever happens: lock, log, signals, signs of life, last words.

In: a folder, and what to do in it. Out: a closed record, and the exception that ended the run if one did.
Not here: Hydra, exit codes; the run itself (pipeline/), the words of its end (runs/lifecycle/ending.py).
"""

import contextlib
import dataclasses
import logging
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from ssvae.errors import Interrupted, SSVAEError, reason_of
from ssvae.experiment import Experiment
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.directory import shown_path
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.lifecycle.heartbeat import heartbeats
from ssvae.runs.lifecycle.lock import sole_writer
from ssvae.runs.lifecycle.origin import Origin
from ssvae.runs.lifecycle.reserve import hold_reserve
from ssvae.runs.logs import LOG_FILE, run_log
from ssvae.runs.printable import printable
from ssvae.runs.recorder import RunRecorder
from ssvae.stopping import StopRequest, stop_signals

__all__ = ["Assignment", "conduct"]

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Assignment:
    """What is to be done, as config.yaml says it, so that what runs is what is written."""

    experiment: Experiment
    notes: tuple[str, ...] = ()
    """For the log."""
    warnings: tuple[str, ...] = ()
    """The same, as warnings."""
    origin: Origin | None = None
    """The run to go on with: this one itself, or its parent."""
    recorder: RunRecorder | None = None
    """That of a record which is open already."""


def conduct(
    run_dir: Path, assignment: Callable[[], Assignment], may_begin: Callable[[], None] = lambda: None
) -> None:
    """Run, and close the record however the run ends.

    Args:
        run_dir: The run's folder.
        assignment: Gives what is to be done, this process being the folder's sole writer by then; what it raises ends
            the run like everything else.
        may_begin: Raises an `SSVAEError`, this process being the sole writer, when the run must not begin after all.
            Then the folder is not touched.

    Raises:
        SSVAEError: when another process writes into the folder, or it may not begin; the folder then is not touched.
        BaseException: what ended the run, after the record is closed.
    """
    with stop_signals() as stop:
        try:
            with contextlib.ExitStack() as stack:
                _enter(stack, run_dir, may_begin)
                _conduct(run_dir, assignment, stop)
            stop.check()  # one that came with the last words ends what would come next
        except Interrupted as interruption:
            stop.hand_back(interruption)
            raise


def _enter(stack: contextlib.ExitStack, run_dir: Path, may_begin: Callable[[], None]) -> None:
    """Without a log nobody would learn why the run could not begin, so these errors are told here."""
    is_ours = False
    try:
        stack.enter_context(sole_writer(run_dir))
        may_begin()
        is_ours = True
        stack.enter_context(heartbeats(run_dir))
        stack.enter_context(run_log(run_dir))
    except SSVAEError as error:
        sys.stderr.write(f"ERROR: {printable(str(error))}\n")
        if is_ours:
            with contextlib.suppress(SSVAEError):
                finish_run(run_dir, error)
        raise


def _conduct(run_dir: Path, assignment: Callable[[], Assignment], stop: StopRequest) -> None:
    """Inside the log, where a failure to close the record is seen too."""
    try:
        hold_reserve(run_dir)
        given = assignment()
        _log.info("Run folder: %s", shown_path(run_dir))
        for note in given.notes:
            _log.info(note)
        for warning in given.warnings:
            _log.warning(warning)
        stop.check()
        # JAX comes in here, when the command is known to be right and hydra.job.env_set is in force.
        from ssvae.pipeline.order import run_experiment

        stop.check()
        run_experiment(given.experiment, run_dir, given.origin, given.recorder)
        stop.check()
        with stop.deaf():
            finish_run(run_dir)
    except BaseException as error:
        with stop.deaf(), contextlib.suppress(SSVAEError):  # a second failure must not hide the first
            try:
                _tell(error, run_dir)
            finally:
                finish_run(run_dir, error)
        raise


def _tell(error: BaseException, run_dir: Path) -> None:
    """One line on the console; the log has the traceback too."""
    folder = shown_path(run_dir)
    if isinstance(error, KeyboardInterrupt):
        way = (
            f"ssvae resume {shlex.quote(folder)}"
            if (run_dir / CONFIG_FILE).is_file()
            else "type the command again"
        )
        _log.warning("Stopped by %s. What was finished is in %s. To go on: %s", reason_of(error), folder, way)
    elif isinstance(error, SSVAEError):
        _log.error("%s", reason_of(error), exc_info=error)
    else:
        log = shown_path(run_dir / LOG_FILE)
        _log.error("%s. The traceback is in %s.", reason_of(error), log, exc_info=error)
