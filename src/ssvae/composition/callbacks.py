"""Hydra's hooks around a job: config.yaml is written when it starts, the record is closed when it ends.

Hydra swallows what a callback raises. So what happened here is kept, and the wrapper of the job (task.py)
asks for it: without a written record the run does not go on.
In: the composed configuration of a job. Out: config.yaml, provenance/, and at the end the report.
Not here: what is written into them (runs/).
"""

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
from ssvae.continuation import config_changes
from ssvae.errors import ProvenanceError, RunDirectoryError, SSVAEError, reason_of
from ssvae.experiment import Experiment, mapping_from_experiment, read_experiment
from ssvae.pipeline.opening import open_record
from ssvae.plugins import load_plugins
from ssvae.resuming import reopened, resumable
from ssvae.runs.config_file import CONFIG_FILE, read_config, write_config
from ssvae.runs.ending import finish_run
from ssvae.runs.origin import Origin, read_origin
from ssvae.runs.provenance import (
    collect_header,
    config_hash,
    git_notice,
    source_notices,
    write_provenance,
)
from ssvae.runs.source import Source, capture_source
from ssvae.runs.state import ENDED, peek_state, write_state
from ssvae.session import Assignment

__all__ = ["RecordCallback", "assignment_of", "end_run"]

_log = logging.getLogger(__name__)

register_resolvers()  # here too: another process of a sweep imports this room first


_assignments: dict[Path, Assignment | Exception] = {}
_errors: dict[Path, BaseException] = {}


def assignment_of(run_dir: Path) -> Assignment:
    """What was recorded for the run in this folder.

    Raises:
        ProvenanceError: when nothing was, or it could not be written.
        ConfigError: when the configuration is not one that can run.
    """
    kept = _assignments.get(run_dir.resolve())
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
            _assignments[run_dir.resolve()] = _assignment(config, run_dir, self.invocation)
        except Exception as error:
            _assignments[run_dir.resolve()] = error

    def on_job_end(self, config: DictConfig, job_return: JobReturn, **kwargs: Any) -> None:
        """Gather the components into the report of a job that ended before it could. Otherwise, this is done."""
        run_dir = Path(config.hydra.runtime.output_dir)
        try:
            if peek_state(run_dir).get("status") not in ENDED:
                end_run(run_dir, None)
        except Exception as error:
            traceback = None if isinstance(error, SSVAEError) else error
            _log.error(
                "%s: the record could not be closed: %s", run_dir, reason_of(error), exc_info=traceback
            )
            keep(Outcome(run_dir, error))
        _assignments.pop(run_dir.resolve(), None)
        _errors.pop(run_dir.resolve(), None)


def _assignment(config: DictConfig, run_dir: Path, invocation: Invocation) -> Assignment:
    """Write the record of a new run, or open again that of one whose launcher starts it once more."""
    if not _has_record(run_dir):
        write_state(run_dir, "running", phase="starting")
    load_plugins()  # here too: another process of a sweep has not met them
    experiment = read_experiment(resolve(our_part(config)))
    extras = tuple(Path(extra) for extra in invocation.extras)
    source = capture_source(Path(invocation.code_folder), Path.cwd(), extras)
    if _has_record(run_dir):
        return _same_again(experiment, run_dir, source, invocation)
    origin = read_origin(Path(invocation.resume)) if invocation.resume else None
    _write_record(config, experiment, run_dir, source, invocation, origin)
    notice = git_notice(source.git) if experiment.record.on_dirty_git != "ignore" else None
    warnings = (*invocation.warnings, *([notice] if notice else []), *source_notices(source))
    return Assignment(experiment, invocation.notes, warnings, origin)


def _has_record(run_dir: Path) -> bool:
    return (run_dir / CONFIG_FILE).is_file()


def _same_again(experiment: Experiment, run_dir: Path, source: Source, invocation: Invocation) -> Assignment:
    """A scheduler that took the machine back starts the same job anew, in the same folder: it goes on.

    Raises:
        RunDirectoryError: when the folder is that of another question.
    """
    recorded = read_config(run_dir)["experiment"].get("config_hash")
    if recorded != config_hash(mapping_from_experiment(experiment)):
        raise RunDirectoryError(
            f"{run_dir} is the folder of a run with other settings, and a run never writes into another's folder. "
            "Name a new folder, or leave hydra.run.dir and hydra.sweep.dir out to get one."
        )
    origin, _ = resumable(run_dir)
    return reopened(run_dir, origin, experiment, source, invocation.command)


def _write_record(
    config: DictConfig,
    experiment: Experiment,
    run_dir: Path,
    source: Source,
    invocation: Invocation,
    origin: Origin | None,
) -> None:
    body = mapping_from_experiment(experiment)
    header = collect_header(
        body["experiment"],
        body,
        run_id=run_dir.name,
        now=datetime.now(),
        git=source.git,
        source_id=source.id,
        base_config=invocation.base_config,
        command=invocation.command,
        choices=_choices(config),
        cli_overrides=_cli_overrides(config, body, invocation.typed_keys),
        sweep_id=_sweep_id(config),
        resumed_from=origin.run_id if origin else None,
        resumed_epoch=origin.epoch if origin else None,
        config_changes=config_changes(origin.body, body) if origin else {},
    )
    write_config(run_dir, header, body)
    open_record(experiment, run_dir, origin)
    write_provenance(run_dir, command=invocation.command, source=source)


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
