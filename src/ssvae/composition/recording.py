"""The record of a job: what Hydra composed becomes config.yaml, the code beside it, and the assignment of the run.

Called inside the run, when its folder has one writer and its log is open.
In: the composed configuration of a job. Out: the record of a new run, or of an old one whose launcher starts it again.
Not here: what is written into them (runs/), when (callbacks.py).
"""

import functools
from datetime import datetime
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ssvae.composition.invocation import Invocation
from ssvae.composition.overrides import parse_override
from ssvae.composition.plain import question, resolve
from ssvae.composition.typed import Typed
from ssvae.config import flatten
from ssvae.continuation import adopted, config_changes
from ssvae.errors import RunDirectoryError
from ssvae.experiment import Experiment, mapping_from_experiment, read_experiment
from ssvae.pipeline.opening import open_record
from ssvae.plugins import load_plugins
from ssvae.resuming import reopened, resumable
from ssvae.runs.config_file import CONFIG_FILE, read_config, write_config
from ssvae.runs.hydra_record import without_hydras_secrets
from ssvae.runs.lifecycle.origin import Origin, read_origin
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.provenance import (
    Lineage,
    collect_header,
    config_hash,
    git_notice,
    source_notices,
    write_provenance,
)
from ssvae.runs.recorder import RunRecorder
from ssvae.runs.source import Source, capture_source
from ssvae.session import Assignment

__all__ = ["may_begin", "recorded"]


def may_begin(settings: DictConfig, run_dir: Path) -> None:
    """Whether the job may use its folder: a new one, or its own that a launcher starts once more.

    Args:
        settings: The job's, without Hydra's own.
        run_dir: The folder.

    Raises:
        SSVAEError: when the folder is that of another question, or something stands against going on. It is not
            touched.
    """
    if not (run_dir / CONFIG_FILE).is_file():
        return
    load_plugins()
    hashed = read_config(run_dir)["experiment"].get("config_hash")
    if hashed != config_hash(mapping_from_experiment(_experiment(settings))):
        raise RunDirectoryError(
            f"{run_dir} is the folder of a run with other settings, and a run never writes into another's folder. "
            "Name a new folder, or leave hydra.run.dir and hydra.sweep.dir out to get one."
        )
    resumable(run_dir)


def recorded(config: DictConfig, settings: DictConfig, run_dir: Path, invocation: Invocation) -> Assignment:
    """Write the record of a new run, or open again that of one whose launcher starts it once more.

    Args:
        config: The whole configuration of the job.
        settings: The same without Hydra's own part.
        run_dir: The run's folder.
        invocation: The command.

    Raises:
        ConfigError: when the configuration is not one that can run.
        RunDirectoryError: when the disk refuses.
    """
    is_new = not (run_dir / CONFIG_FILE).is_file()
    if is_new:
        write_state(run_dir, "running", phase="starting")
    without_hydras_secrets(_hydras_files(config, run_dir))
    load_plugins()  # here too: another process of a sweep has not met them
    experiment = _experiment(settings)
    extras = tuple(Path(extra) for extra in invocation.extras)
    source = capture_source(Path(invocation.code_folder), Path.cwd(), extras)
    if not is_new:
        return reopened(run_dir, source, invocation.command)  # a scheduler had taken the machine back
    origin = adopted(read_origin(Path(invocation.resume)), experiment) if invocation.resume else None
    recorder = _write_record(config, experiment, run_dir, source, invocation, origin)
    notice = git_notice(source.git) if experiment.record.on_dirty_git != "ignore" else None
    warnings = (*invocation.warnings, *([notice] if notice else []), *source_notices(source))
    return Assignment(experiment, invocation.notes, warnings, origin, recorder)


def _hydras_files(config: DictConfig, run_dir: Path) -> list[Path]:
    """What Hydra has recorded of this job by itself, and of the sweep it is a part of."""
    of_sweep = [] if _sweep_id(config) is None else [Path(config.hydra.sweep.dir) / "multirun.yaml"]
    return [*sorted((run_dir / ".hydra").glob("*.yaml")), *filter(Path.is_file, of_sweep)]


def _experiment(settings: DictConfig) -> Experiment:
    return read_experiment(question(resolve(settings)))


def _write_record(
    config: DictConfig,
    experiment: Experiment,
    run_dir: Path,
    source: Source,
    invocation: Invocation,
    origin: Origin | None,
) -> RunRecorder:
    """Config.yaml comes last: where it is, everything that a run needs to be gone on with is there too."""
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
        lineage=Lineage(origin.run_id, origin.epoch, config_changes(origin.body, body)) if origin else None,
    )
    recorder = open_record(experiment, run_dir, origin)
    write_provenance(run_dir, command=invocation.command, source=source)
    write_config(run_dir, header, body)
    return recorder


def _choices(config: DictConfig) -> dict[str, Any]:
    """Group → option; those of Hydra say nothing about the experiment."""
    choices = config.hydra.runtime.choices
    return {group: choices[group] for group in reversed(list(choices)) if not group.startswith("hydra/")}


def _cli_overrides(config: DictConfig, body: dict[str, Any], typed_keys: tuple[str, ...]) -> dict[str, Any]:
    """What was typed, as this job has it: group → option, dotted key → value in its final type."""
    final = flatten(body)
    found: dict[str, Any] = {}
    for word in config.hydra.overrides.task:
        typed = _typed(word)
        for key in typed.sets():
            if key in typed_keys:
                found[key] = final.get(key, typed.value)
    return found


@functools.lru_cache(maxsize=1000)  # the jobs of a sweep have most of their words in common
def _typed(word: str) -> Typed:
    return Typed(0, word, parse_override(word), None)


def _sweep_id(config: DictConfig) -> str | None:
    if OmegaConf.is_missing(config.hydra.job, "num"):
        return None
    return Path(config.hydra.sweep.dir).name
