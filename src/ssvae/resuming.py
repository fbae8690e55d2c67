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
from ssvae.experiment import Experiment, RecordConfig, read_recorded
from ssvae.plugins import load_plugins, plugin_files
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.lifecycle.origin import Origin, read_origin
from ssvae.runs.lifecycle.resumption import reopen_run
from ssvae.runs.lifecycle.state import lifecycle, peek_state
from ssvae.runs.provenance import write_provenance
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
    seen = peek_state(run_dir)
    resumable(run_dir)
    source = capture_source(Path(ssvae.__file__).parent, Path.cwd(), plugin_files())
    return partial(
        conduct,
        run_dir,
        partial(reopened, run_dir, source, command),
        partial(_check_unchanged, run_dir, seen),
    )


def _check_unchanged(run_dir: Path, seen: Mapping[str, Any]) -> None:
    """Between the first look and the lock, another process may have gone on with the run; its state would tell."""
    if peek_state(run_dir) != seen:
        raise RunDirectoryError(
            f"{run_dir} was gone on with by another process meanwhile. See ssvae runs show {run_dir}"
        )


def resumable(run_dir: Path) -> None:
    """Whether nothing stands against going on with a run; raises as `ready_to_resume` does."""
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


def _experiment(origin: Origin) -> Experiment:
    """What the run was asked, its name and tags included, which stand in the header."""
    record = {
        field.name: origin.header[field.name] for field in fields(RecordConfig) if field.name in origin.header
    }
    return read_recorded({**origin.body, "experiment": record}, origin.header, origin.folder / CONFIG_FILE)


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
    recorded = header.get("versions")
    recorded = recorded if isinstance(recorded, Mapping) else {}  # it may have been edited beyond recognition
    for name, version in software_versions().items():
        if name in recorded and recorded[name] != version:
            yield f"{name} was {recorded[name]} at the run's beginning and is {version} now"
