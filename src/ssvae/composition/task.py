"""The wrapper around each job: what goes wrong inside it is logged and kept, and Hydra goes on.

So a sweep continues, and the hook at the job's end runs, whatever happens.
In: Hydra's call. Out: outcomes. Not here: the run itself (pipeline.py), exit codes (outcome.py).
"""

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig

from ssvae.composition.callbacks import end_run, record_of
from ssvae.composition.outcome import Outcome, keep
from ssvae.errors import RunDirectoryError, SSVAEError, reason_of
from ssvae.runs.logs import LOG_FILE, run_log

__all__ = ["run_task"]

_log = logging.getLogger(__name__)


def run_task(config: Any) -> None:
    """One job. The configuration Hydra passes is not used: what was recorded is what runs.

    Raises:
        KeyboardInterrupt: after the run is closed, so that no further job starts.
    """
    run_dir = Path(HydraConfig.get().runtime.output_dir)
    try:
        with contextlib.ExitStack() as stack:
            _open_log(stack, run_dir)
            _run(run_dir)
    except KeyboardInterrupt as error:
        keep(Outcome(run_dir, error))
        raise
    except BaseException as error:
        keep(Outcome(run_dir, error))
    else:
        keep(Outcome(run_dir))


def _open_log(stack: contextlib.ExitStack, run_dir: Path) -> None:
    """Without a log nobody would learn why the run ended, so this one error is told here."""
    try:
        stack.enter_context(run_log(run_dir))
    except RunDirectoryError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        raise


def _run(run_dir: Path) -> None:
    """Run, and close the record inside the log, where a failure to do so is seen."""
    try:
        record = record_of(run_dir)
        _log.info("Run folder: %s", os.path.relpath(run_dir))
        for note in record.notes:
            _log.info(note)
        for warning in record.warnings:
            _log.warning(warning)
        # JAX comes in here, when the command is known to be right and hydra.job.env_set is in force.
        from ssvae.pipeline import run_experiment

        run_experiment(record.experiment, run_dir)
    except BaseException as error:
        _tell(error, run_dir)
        with contextlib.suppress(SSVAEError):  # a second failure must not hide the first
            end_run(run_dir, error)
        raise


def _tell(error: BaseException, run_dir: Path) -> None:
    """One line on the console; the log has the traceback too."""
    if isinstance(error, KeyboardInterrupt):
        _log.warning("Interrupted. What was finished is in %s.", os.path.relpath(run_dir))
    elif isinstance(error, SSVAEError):
        _log.error("%s", reason_of(error), exc_info=error)
    else:
        log = os.path.relpath(run_dir / LOG_FILE)
        _log.error("%s. The traceback is in %s.", reason_of(error), log, exc_info=error)
