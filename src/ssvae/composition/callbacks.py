"""Hydra's hooks around a job: its record is prepared when it starts, and closed when it ends without having done so.

Hydra swallows what a callback raises. So the record is written by the job itself (task.py), which asks here for it:
without a written record the run does not go on.
In: the composed configuration of a job. Out: its assignment. Not here: the record (recording.py), the run (session.py).
"""

from pathlib import Path
from typing import Any

from hydra.core.utils import JobReturn
from hydra.experimental.callback import Callback
from omegaconf import DictConfig

from ssvae.composition.invocation import Invocation, present_invocation
from ssvae.composition.open_runs import close_open_runs, opened
from ssvae.composition.recording import may_begin, recorded
from ssvae.composition.resolvers import register_resolvers
from ssvae.errors import ProvenanceError, SSVAEError
from ssvae.session import Assignment

__all__ = ["RecordCallback", "assignment_of", "folder_is_free"]

register_resolvers()  # here too: another process of a sweep imports this room first

_jobs: dict[Path, tuple[DictConfig, Invocation]] = {}


def folder_is_free(run_dir: Path, settings: DictConfig) -> None:
    """Whether the run may begin in this folder; this process is its sole writer by now.

    Args:
        run_dir: The folder.
        settings: The job's, without Hydra's own.

    Raises:
        SSVAEError: when it may not. Nothing in the folder is touched.
    """
    if run_dir.resolve() in _jobs:
        may_begin(settings, run_dir)


def assignment_of(run_dir: Path, settings: DictConfig) -> Assignment:
    """Write the record of the run in this folder; this process is its sole writer by now.

    Args:
        run_dir: The folder.
        settings: The job's, without Hydra's own.

    Raises:
        ProvenanceError: when it cannot be written, or nobody has prepared it.
        SSVAEError: when the configuration is not one that can run.
    """
    job = _jobs.get(run_dir.resolve())
    if job is None:
        raise ProvenanceError(
            f"{run_dir}/config.yaml was not written, because the callback that does it is switched off, and a run "
            "without a record is not allowed. Leave out what you typed about hydra/callbacks or hydra.callbacks."
        )
    try:
        return recorded(job[0], settings, run_dir, job[1])
    except SSVAEError:
        raise
    except Exception as error:
        raise ProvenanceError(
            f"{run_dir}/config.yaml could not be written: {type(error).__name__}: {error}"
        ) from error


class RecordCallback(Callback):
    """Prepares the record of each job. Holds plain values only: sweeps may send it to other processes."""

    def __init__(self) -> None:
        self.invocation = present_invocation()

    def on_job_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Remember what config.yaml is made from."""
        run_dir = Path(config.hydra.runtime.output_dir)
        opened(run_dir)
        _jobs[run_dir.resolve()] = (config, self.invocation)

    def on_job_end(self, config: DictConfig, job_return: JobReturn, **kwargs: Any) -> None:
        """The run has closed its own record, the report included; what kept it from doing so is written down here."""
        run_dir = Path(config.hydra.runtime.output_dir)
        close_open_runs(SSVAEError("the run ended without its record being closed; see the console"), run_dir)
        _jobs.pop(run_dir.resolve(), None)
