"""The order of events of a run, on one page: data, model, training, evaluation; each told to the recorder.

In: an `Experiment`, a folder, and where an earlier run stopped if this one goes on. Out: everything the folder holds
but its header and its report, which are written before and after. Not here: Hydra, what happens when a run fails.
"""

from pathlib import Path

import jax

from ssvae.continuation import data_mismatch
from ssvae.data.dataset import Dataset
from ssvae.data.fingerprint import data_facts
from ssvae.errors import DataError, TrainingDiverged
from ssvae.experiment import Experiment
from ssvae.model.description import count_parameters
from ssvae.pipeline.announcement import announce
from ssvae.pipeline.compute import compute_facts
from ssvae.pipeline.continuing import starting_progress
from ssvae.pipeline.evaluating import evaluate
from ssvae.pipeline.observer import RecordingObserver
from ssvae.pipeline.opening import open_record
from ssvae.runs.lifecycle.origin import Origin
from ssvae.runs.progress import epoch_bar
from ssvae.runs.recorder import RunRecorder
from ssvae.status import Finding
from ssvae.stopping import StopRequest, stop_signals
from ssvae.training.compilation import use_compile_cache
from ssvae.training.course import Fit
from ssvae.training.trainer import present_trainer

__all__ = ["run_experiment"]


def run_experiment(
    experiment: Experiment, run_dir: Path, origin: Origin | None = None, recorder: RunRecorder | None = None
) -> None:
    """Answer one question and leave the answer in `run_dir`, an existing folder.

    Args:
        experiment: What was asked.
        run_dir: The run's folder.
        origin: The run whose training this one goes on with: itself, after it stopped, or another.
        recorder: That of the run's record; None to open it.

    Raises:
        DataError: when the data set is absent, damaged, or not that of `origin`.
        CheckpointError: when the checkpoint of `origin` does not fit.
        TrainingDiverged: when a loss term stops being a finite number.
        Interrupted: when a signal asked to stop.
        RunDirectoryError: when the disk refuses.
    """
    use_compile_cache()
    with stop_signals() as stop:
        recorder = recorder or open_record(experiment, run_dir, origin)
        recorder.phase("loading data")
        dataset = experiment.data.load()
        _check_data(dataset, origin)
        device = jax.devices()[0].device_kind
        recorder.machine(data_facts(dataset), compute_facts(), data_hash=dataset.fingerprint, device=device)
        announce(experiment, dataset, recorder, origin)
        recorder.phase("training")
        trained = _train(experiment, dataset, recorder, stop, origin)
        recorder.phase("evaluating")
        weights = f"best epoch {trained.best.epoch} of {len(trained.history)}, chosen by {experiment.training.monitor}"
        evaluate(experiment, dataset, trained.best, trained.history, weights, recorder, stop)


def _check_data(dataset: Dataset, origin: Origin | None) -> None:
    """Weights must not go on with other images: those of validation might have been trained on."""
    mismatch = data_mismatch(origin, dataset.name, dataset.fingerprint) if origin is not None else None
    if mismatch is not None:
        raise DataError(mismatch)


def _train(
    experiment: Experiment,
    dataset: Dataset,
    recorder: RunRecorder,
    stop: StopRequest,
    origin: Origin | None,
) -> Fit:
    monitor, epochs = experiment.training.monitor, experiment.training.epochs
    start = starting_progress(experiment, dataset, recorder.run_dir, origin)
    with epoch_bar(epochs) as advance, stop.waiting():
        observer = RecordingObserver(recorder, experiment, advance, stop, start)
        try:
            train = present_trainer()
            trained = train(experiment.model, experiment.training, dataset, experiment.seed, observer, start)
        except TrainingDiverged as error:
            recorder.warning(Finding("divergence", str(error)), is_logged=True)
            raise
    last, best = trained.history[-1], trained.history[trained.best.epoch - 1]
    recorder.training(
        {
            "epochs": len(trained.history),
            "stopped_early": trained.stopped_early,
            "best_epoch": trained.best.epoch,
            "monitor": monitor,
            "best_value": best[monitor],
            "final_loss": last["loss.total"],
            "seconds": sum(row["time"] for row in trained.history),
            "parameters": count_parameters(trained.best.params),
        }
    )
    return trained
