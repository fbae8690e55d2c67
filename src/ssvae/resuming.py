"""A run that stopped goes on in its own folder, as if it had never stopped.

Everything that could stand against it is looked at first, so that a refusal changes nothing.
In: its folder. Out: the same folder, the run at its end. Not here: other settings, which make a child (composition/).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import ssvae
from ssvae.errors import ConfigError, DataError, RunDirectoryError
from ssvae.experiment import Experiment, read_experiment
from ssvae.plugins import load_plugins, plugin_files
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.origin import Origin, read_origin
from ssvae.runs.provenance import write_provenance
from ssvae.runs.resumption import present_provenance, reopen_run
from ssvae.runs.software import software_versions
from ssvae.runs.source import Source, capture_source
from ssvae.runs.state import peek_state
from ssvae.runs.verdict import lifecycle
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
    origin, experiment = resumable(run_dir)
    source = capture_source(Path(ssvae.__file__).parent, Path.cwd(), plugin_files())
    return partial(conduct, run_dir, partial(reopened, run_dir, origin, experiment, source, command))


def resumable(run_dir: Path) -> tuple[Origin, Experiment]:
    """What the run has got to, and what it was asked; see `ready_to_resume` for what it raises."""
    if not (run_dir / CONFIG_FILE).is_file():
        raise RunDirectoryError(
            f"{run_dir} holds no {CONFIG_FILE}: it is no run's folder, or the run was killed before it had begun. "
            "Name the folder of a run, as in ssvae resume results/NAME, or type the run's command again."
        )
    if lifecycle(state := peek_state(run_dir)) == "running":
        raise RunDirectoryError(
            f"{run_dir} is still running, as process {state.get('pid')} on {state.get('host')}. "
            "Wait until it has ended, or end it."
        )
    load_plugins()
    origin = read_origin(run_dir)
    try:
        experiment = read_experiment(origin.body)
    except ConfigError as error:
        version = _versions(origin.header).get("ssvae", "unknown")
        raise ConfigError(
            [f"{run_dir / CONFIG_FILE}, made with ssvae {version}: {line}" for line in error.problems]
        ) from error
    _check_data(origin, experiment)
    return origin, experiment


def _check_data(origin: Origin, experiment: Experiment) -> None:
    if (absence := experiment.data.absence()) is not None:
        raise DataError(absence)
    found = experiment.data.load().fingerprint
    if origin.data_hash not in (None, found):
        raise DataError(
            f"The data={experiment.data.variant} found here are not those {origin.run_id} began with: their "
            f"fingerprint is {found[:12]}…, the run has {str(origin.data_hash)[:12]}…. Put the files back as they were."
        )


def reopened(
    run_dir: Path, origin: Origin, experiment: Experiment, source: Source, command: str
) -> Assignment:
    """Open the record again and say what is different this time. This process is the folder's sole writer by now."""
    differences = [*_differences(origin.header, source)]
    reopen_run(run_dir, epoch=origin.epoch, source_id=source.id, differences=differences)
    folder = present_provenance(run_dir).relative_to(run_dir)
    write_provenance(run_dir, command=command, source=source, folder=str(folder))
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
