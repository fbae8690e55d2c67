"""Hydra's hooks around a job: config.yaml is written when it starts, the record is closed when it ends.

Hydra swallows what a callback raises. So what happened here is kept, and the wrapper of the job (task.py)
asks for it: without a written record the run does not go on.
In: the composed configuration of a job. Out: config.yaml, provenance/, and at the end the report.
Not here: what is written into them (runs/).
"""

import dataclasses
import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from hydra.core.utils import JobReturn
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf

from ssvae.composition.invocation import Invocation, present_invocation
from ssvae.composition.outcome import Outcome, keep
from ssvae.composition.overrides import parse_override
from ssvae.composition.plain import our_part, resolve
from ssvae.composition.resolvers import register_resolvers
from ssvae.composition.typed import Typed
from ssvae.config import flatten
from ssvae.errors import ProvenanceError, SSVAEError, reason_of
from ssvae.experiment import Experiment, mapping_from_experiment, read_experiment
from ssvae.plugins import load_plugins
from ssvae.runs.config_file import write_config
from ssvae.runs.ending import finish_run
from ssvae.runs.git import git_facts
from ssvae.runs.provenance import collect_header, git_notice, write_provenance
from ssvae.runs.state import write_state

__all__ = ["Record", "RecordCallback", "end_run", "record_of"]

_log = logging.getLogger(__name__)

register_resolvers()  # here too: another process of a sweep imports this room first


@dataclasses.dataclass(frozen=True)
class Record:
    """What config.yaml says, so that what runs is what is written."""

    experiment: Experiment
    notes: tuple[str, ...] = ()
    """For the log, which is not open yet when the record is written."""
    warnings: tuple[str, ...] = ()
    """The same, as warnings."""


_records: dict[Path, Record | Exception] = {}
_errors: dict[Path, BaseException] = {}


def record_of(run_dir: Path) -> Record:
    """What was recorded for the run in this folder.

    Raises:
        ProvenanceError: when nothing was, or it could not be written.
        ConfigError: when the configuration is not one that can run.
    """
    kept = _records.get(run_dir.resolve())
    if kept is None:
        raise ProvenanceError(
            f"{run_dir}/config.yaml was not written, because the callback that does it is switched off, and a run "
            "without a record is not allowed. Leave out what you typed about hydra/callbacks or hydra.callbacks."
        )
    if isinstance(kept, SSVAEError):
        raise kept
    if isinstance(kept, Exception):
        raise ProvenanceError(
            f"{run_dir}/config.yaml could not be written: {type(kept).__name__}: {kept}"
        ) from kept
    return kept


def end_run(run_dir: Path, error: BaseException | None) -> None:
    """Close the record of a run, once more or for the first time.

    Raises:
        RunDirectoryError: when the disk refuses.
    """
    if error is not None:
        _errors[run_dir.resolve()] = error
    finish_run(run_dir, _errors.get(run_dir.resolve()))


class RecordCallback(Callback):
    """Writes the record of each job. Holds plain values only: sweeps may send it to other processes."""

    def __init__(self) -> None:
        self.invocation = present_invocation()

    def on_job_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Write config.yaml and what it refers to."""
        run_dir = Path(config.hydra.runtime.output_dir)
        try:
            _records[run_dir.resolve()] = _write_record(config, run_dir, self.invocation)
        except Exception as error:
            _records[run_dir.resolve()] = error

    def on_job_end(self, config: DictConfig, job_return: JobReturn, **kwargs: Any) -> None:
        """Gather the components into the report, also when the job failed. A run that cannot be closed has failed."""
        run_dir = Path(config.hydra.runtime.output_dir)
        try:
            end_run(run_dir, None)
        except Exception as error:
            _log.error("%s: the record could not be closed: %s", run_dir, reason_of(error), exc_info=error)
            keep(Outcome(run_dir, error))
        _records.pop(run_dir.resolve(), None)
        _errors.pop(run_dir.resolve(), None)


def _write_record(config: DictConfig, run_dir: Path, invocation: Invocation) -> Record:
    load_plugins()  # here too: another process of a sweep has not met them
    experiment = read_experiment(resolve(our_part(config)))
    body = mapping_from_experiment(experiment)
    code_folder = Path(invocation.code_folder)
    git = git_facts(code_folder)
    header = collect_header(
        body["experiment"],
        body,
        run_id=run_dir.name,
        now=datetime.now(),
        git=git,
        base_config=invocation.base_config,
        command=invocation.command,
        choices=_choices(config),
        cli_overrides=_cli_overrides(config, body, invocation.typed_keys),
        sweep_id=_sweep_id(config),
    )
    write_config(run_dir, header, body)
    write_state(run_dir, "running", phase="starting")
    write_provenance(run_dir, command=invocation.command, git=git, folder=code_folder)
    notice = git_notice(git) if experiment.record.on_dirty_git != "ignore" else None
    return Record(experiment, invocation.notes, (*invocation.warnings, *([notice] if notice else [])))


def _choices(config: DictConfig) -> dict[str, Any]:
    """Group → option; those of Hydra say nothing about the experiment."""
    choices = config.hydra.runtime.choices
    return {group: choices[group] for group in reversed(list(choices)) if not group.startswith("hydra/")}


def _cli_overrides(config: DictConfig, body: dict[str, Any], typed_keys: tuple[str, ...]) -> dict[str, Any]:
    """What was typed, as this job has it: group → option, dotted key → value in its final type."""
    final = flatten(body)
    found: dict[str, Any] = {}
    for word in config.hydra.overrides.task:
        parsed = parse_override(word)
        for key in Typed(0, word, parsed, None).sets():
            if key in typed_keys:
                found[key] = final.get(key, parsed.value())
    return found


def _sweep_id(config: DictConfig) -> str | None:
    if OmegaConf.is_missing(config.hydra.job, "num"):
        return None
    return Path(config.hydra.sweep.dir).name
