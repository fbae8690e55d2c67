"""A run measured again from its best checkpoint: other figures, other metrics, or those it was killed before.

In: a run's folder, perhaps other settings of the evaluation. Out: its components, checks and warnings, made anew; all
that training left stays as it is. Not here: writing the report.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.config import mapping_from_recipe
from ssvae.data.dataset import Dataset
from ssvae.errors import CheckpointError, DataError
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.experiment import Experiment
from ssvae.model.structure import Structure
from ssvae.pipeline.evaluating import evaluate
from ssvae.pipeline.opening import planned_checks, planned_components
from ssvae.runs.checkpoints import FOLDER, load_checkpoint
from ssvae.runs.config_file import read_config
from ssvae.runs.history import read_history
from ssvae.runs.lifecycle.lock import sole_writer
from ssvae.runs.lifecycle.process import present_time
from ssvae.runs.logs import run_log
from ssvae.runs.recorder import RunRecorder
from ssvae.runs.software import software_versions
from ssvae.stopping import stop_signals
from ssvae.training.compilation import use_compile_cache
from ssvae.training.progress import Row, Snapshot, snapshot_from

__all__ = ["reevaluate"]

_log = logging.getLogger(__name__)


def reevaluate(run_dir: Path, experiment: Experiment) -> None:
    """Measure a run again. Everything that could stand against it is looked at before anything is changed.

    Args:
        run_dir: The run's folder.
        experiment: What the run was asked, perhaps with other settings of the evaluation.

    Raises:
        RunDirectoryError: when it is no run's folder, another process writes into it, or the disk refuses.
        DataError: when its data are absent, or not those it was trained on.
        CheckpointError: when it has no checkpoint of its best epoch, or one that is damaged.
        Interrupted: when a signal asked to stop.
    """
    config = read_config(run_dir)
    history = read_history(run_dir)
    with stop_signals() as stop, sole_writer(run_dir), run_log(run_dir):
        use_compile_cache()
        snapshot = _snapshot(experiment, run_dir, history)
        dataset = _data(experiment, config["experiment"].get("data_hash"))
        weights = (
            f"best epoch {snapshot.epoch} of {len(history)}, chosen by {experiment.training.monitor}; measured again "
            f"from {FOLDER}/"
        )
        _log.info("Measuring again with the %s", weights)
        facts = {
            "time": present_time(),
            "weights": weights,
            "versions": software_versions(),
            "changes": _changes(config.get("evaluation", {}), experiment.evaluation),
        }
        recorder = RunRecorder(run_dir)
        recorder.reopen({"measured_again": facts}, planned_components(experiment), planned_checks())
        recorder.announce()
        evaluate(experiment, dataset, snapshot, history, weights, recorder, stop)
        recorder.release()


def _changes(recorded: Mapping[str, Any], settings: EvaluationConfig) -> dict[str, Any]:
    """Dotted key → value, of the settings that are not those of the run."""
    return {
        f"evaluation.{key}": value
        for key, value in mapping_from_recipe(settings).items()
        if recorded.get(key) != value
    }


def _snapshot(experiment: Experiment, run_dir: Path, history: list[Row]) -> Snapshot:
    structure = Structure.of(experiment.model, experiment.data.image_shape, experiment.data.classes)
    try:
        snapshot = snapshot_from(structure, *load_checkpoint(run_dir, "best"))
    except CheckpointError as error:
        raise CheckpointError(f"{run_dir / FOLDER}: {error}") from error
    if snapshot.epoch > len(history):
        raise CheckpointError(
            f"{run_dir / FOLDER}: 'best' is of epoch {snapshot.epoch}, and metrics.csv has {len(history)} rows. "
            "Undo the last edit of metrics.csv, or train the run again."
        )
    return snapshot


def _data(experiment: Experiment, recorded: str | None) -> Dataset:
    dataset = experiment.data.load()
    if recorded is not None and dataset.fingerprint != recorded:
        raise DataError(
            f"data={dataset.name} is not what the run was trained on: its fingerprint is {dataset.fingerprint[:12]}, "
            f"the run recorded {recorded[:12]}. Put back the files as they were."
        )
    return dataset
