"""A run that stopped goes on in its own folder, as if it had never stopped.

Everything that could stand against it is looked at first, so that a refusal changes nothing.
In: its folder. Out: the same folder, the run at its end. Not here: other settings, which make a child (composition/).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import ssvae
from ssvae.continuation import data_mismatch
from ssvae.errors import ConfigError, DataError, RunDirectoryError
from ssvae.experiment import Experiment, RecordConfig, read_experiment
from ssvae.plugins import load_plugins, plugin_files
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.lifecycle.origin import Origin, read_origin
from ssvae.runs.lifecycle.resumption import reopen_run
from ssvae.runs.lifecycle.state import peek_state
from ssvae.runs.provenance import write_provenance
from ssvae.runs.reporting.verdict import lifecycle
from ssvae.runs.software import software_versions
from ssvae.runs.source import Source, capture_source
from ssvae.session import Assignment, conduct

__all__ = ["is_completed", "ready_to_resume", "reopened", "resumable"]


def is_completed(run_dir: Path) -> bool:
    """Whether there is nothing to go on with: the run came to its end."""
    return lifecycle(peek_state(run_dir)) == "completed"


def ready_to_resume(run_dir: Path, command: str) -> Callable[[], None]:
    """Look at everything that could stand against going on with a run from its last checkpoint.

    Args:
        run_dir: Its folder: of a run that was interrupted, killed, or failed.
        command: What was typed, for the record.

    Returns:
        What goes on with it; it raises what ends the run this time, which the log then tells.

    Raises:
        RunDirectoryError: when the folder is none of a run, its settings were edited, or its run is still going.
        ConfigError: when its settings are not those of this version.
        DataError: when its data are absent or not those it began with.
        CheckpointError: when its checkpoint is damaged.
    """
    epoch = resumable(run_dir).epoch
    source = capture_source(Path(ssvae.__file__).parent, Path.cwd(), plugin_files())
    return partial(
        conduct,
        run_dir,
        partial(reopened, run_dir, source, command),
        partial(_check_unchanged, run_dir, epoch),
    )


def _check_unchanged(run_dir: Path, epoch: int) -> None:
    """Between the first look and the lock, another process may have gone on with the run."""
    if is_completed(run_dir) or read_origin(run_dir).epoch != epoch:
        raise RunDirectoryError(
            f"{run_dir} was gone on with by another process meanwhile. See ssvae runs show {run_dir}"
        )


def resumable(run_dir: Path) -> Origin:
    """What the run has got to, when nothing stands against going on; see `ready_to_resume` for what it raises."""
    if not (run_dir / CONFIG_FILE).is_file():
        what = "is no folder" if not run_dir.is_dir() else f"holds no {CONFIG_FILE}"
        raise RunDirectoryError(
            f"'{run_dir}' {what}: it is no run's folder, or the run was killed before it had begun. "
            "Name the folder of a run, as in ssvae resume results/NAME, or type the run's command again."
        )
    state = peek_state(run_dir)
    if lifecycle(state) == "running":
        raise RunDirectoryError(
            f"{run_dir} is still running, as process {state.get('pid')} on {state.get('host')}. "
            "Wait until it has ended, or end it."
        )
    load_plugins()
    origin = read_origin(run_dir)
    experiment = _experiment(origin)
    if (absence := experiment.data.absence()) is not None:
        raise DataError(absence)
    mismatch = data_mismatch(origin, experiment.data.variant, experiment.data.load().fingerprint)
    if mismatch is not None:
        raise DataError(mismatch)
    return origin


def _experiment(origin: Origin) -> Experiment:
    """What the run was asked, its name and tags included, which stand in the header."""
    record = {
        field.name: origin.header[field.name] for field in fields(RecordConfig) if field.name in origin.header
    }
    try:
        return read_experiment({**origin.body, "experiment": record})
    except ConfigError as error:
        version = _versions(origin.header).get("ssvae", "unknown")
        raise ConfigError(
            [f"{origin.folder / CONFIG_FILE}, made with ssvae {version}: {line}" for line in error.problems]
        ) from error


def reopened(run_dir: Path, source: Source, command: str) -> Assignment:
    """Open the record again and say what is different this time. This process is the folder's sole writer by now.

    Raises:
        ConfigError: when the code is not committed and the run was not to start so.
    """
    origin = read_origin(run_dir)
    experiment = _experiment(origin)
    if experiment.record.on_dirty_git == "refuse" and source.git.is_dirty:
        raise ConfigError(
            f"experiment.on_dirty_git=refuse: the code differs from commit {source.git.commit}. Commit the changes."
        )
    differences = [*_differences(origin.header, source)]
    folder = reopen_run(run_dir, epoch=origin.epoch, source_id=source.id, differences=differences)
    other_source = source if origin.header.get("source_id") != source.id else None
    write_provenance(run_dir, command=command, source=other_source, folder=folder)
    warnings = [f"{difference}, so the numbers may differ from here on." for difference in differences]
    return Assignment(experiment, warnings=tuple(warnings), origin=origin)


def _differences(header: Mapping[str, Any], source: Source) -> Iterator[str]:
    """Half a sentence for each thing that is not as it was when the run began."""
    if header.get("source_id") not in (None, source.id):
        yield "The code is not that of the run's beginning"
    recorded = _versions(header)
    for name, version in software_versions().items():
        if name in recorded and recorded[name] != version:
            yield f"{name} was {recorded[name]} at the run's beginning and is {version} now"


def _versions(header: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those recorded; none in a header that was edited beyond recognition."""
    versions = header.get("versions")
    return versions if isinstance(versions, Mapping) else {}
