"""The order of events of a run, on one page: data, model, training, evaluation; each told to the recorder.

In: an `Experiment` and a folder. Out: everything the folder holds but its header and its report, which the
callbacks of composition/ write before and after. Not here: Hydra, what happens when a run fails.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np

from ssvae.data.dataset import Dataset
from ssvae.data.labeling import classes_without_labels
from ssvae.errors import TrainingDiverged
from ssvae.evaluation.alarms import alarms
from ssvae.evaluation.collect import catalog, collect, planned
from ssvae.evaluation.plots import PLOTS
from ssvae.evaluation.predictions import evaluation_context
from ssvae.experiment import Experiment
from ssvae.model.description import count_parameters, describe_model
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS, absence
from ssvae.runs.progress import epoch_bar
from ssvae.runs.recorder import Planned, RunRecorder
from ssvae.training.compilation import use_compile_cache
from ssvae.training.fit import AbstractObserver, Fit, Row, Snapshot, StepTerms, fit
from ssvae.training.state import TrainState, arrays_of_state

__all__ = ["run_experiment"]

_log = logging.getLogger(__name__)


def run_experiment(experiment: Experiment, run_dir: Path) -> None:
    """Answer one question and leave the answer in `run_dir`, an existing folder.

    Raises:
        DataError: when the data set is absent or damaged.
        TrainingDiverged: when a loss term stops being a finite number.
        RunDirectoryError: when the disk refuses.
    """
    use_compile_cache()
    recorder = RunRecorder(run_dir)
    recorder.start(_facts(experiment, run_dir), _plan(experiment), epochs=experiment.training.epochs)
    recorder.phase("loading data")
    dataset = experiment.data.load()
    recorder.header(data_hash=dataset.fingerprint, device=jax.devices()[0].device_kind)
    _announce(experiment, dataset, recorder)
    recorder.phase("training")
    trained = _train(experiment, dataset, recorder)
    recorder.phase("evaluating")
    _evaluate(experiment, dataset, trained, recorder)


def _train(experiment: Experiment, dataset: Dataset, recorder: RunRecorder) -> Fit:
    monitor, epochs = experiment.training.monitor, experiment.training.epochs
    with epoch_bar(epochs) as advance:
        observer = _Observer(recorder, experiment, advance)
        try:
            trained = fit(experiment.model, experiment.training, dataset, experiment.seed, observer)
        except TrainingDiverged as error:
            recorder.warning("divergence", str(error))
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


def _evaluate(experiment: Experiment, dataset: Dataset, trained: Fit, recorder: RunRecorder) -> None:
    context = evaluation_context(
        experiment.model,
        experiment.evaluation,
        dataset,
        trained.best,
        trained.history,
        weights=f"best epoch {trained.best.epoch} of {len(trained.history)}, "
        f"chosen by {experiment.training.monitor}",
        training=experiment.training,
        seed=experiment.seed,
    )
    for kind, sentence in alarms(context):
        recorder.warning(kind, sentence)
    for name, result in collect(context):
        recorder.component(name, result, experiment.evaluation.dpi)


class _Observer(AbstractObserver):
    """Hands what training tells to the recorder, the log and the bar."""

    def __init__(self, recorder: RunRecorder, experiment: Experiment, advance: Callable[[int], None]):
        self._recorder = recorder
        self._experiment = experiment
        self._advance = advance
        self._saved_best: int | None = None
        self._logged = ("loss.total", *(key for key in TERMS if absence(key, experiment.model) is None))

    def epoch_done(self, row: Row, steps: StepTerms) -> None:
        """Log lines of batches if asked for, then the line and the row of the epoch."""
        every = self._experiment.training.log_every_batches
        count = len(steps["loss.total"])
        for number in range(every, count + 1, every) if every else ():
            terms = " | ".join(f"{key}: {steps[key][number - 1]:.1f}" for key in self._logged)
            _log.info("  batch %d/%d | %s", number, count, terms)
        self._recorder.epoch(row)
        self._advance(1)

    def checkpoint_due(self, state: TrainState, best: Snapshot, row: Row) -> None:
        """Save the last state, and the best weights if they are new."""
        facts = {"epoch": int(row["epoch"]), "seed": self._experiment.seed, "best_epoch": best.epoch}
        self._recorder.checkpoint("last", arrays_of_state(state), facts)
        self._save(best)

    def diverged(self, best: Snapshot) -> str:
        """Save the best weights there are; the state after them is of no use."""
        self._save(best)
        return "checkpoints/best"

    def _save(self, best: Snapshot) -> None:
        if best.epoch == self._saved_best:
            return
        arrays = jax.tree.map(np.asarray, {"params": best.params, "statistics": best.statistics})
        self._recorder.checkpoint("best", arrays, {"epoch": best.epoch, "seed": self._experiment.seed})
        self._saved_best = best.epoch


def _facts(experiment: Experiment, run_dir: Path) -> dict[str, object]:
    """What summary.json says of the run itself."""
    record, data = experiment.record, experiment.data
    return {
        "run_id": run_dir.name,
        "name": record.name,
        "description": record.description,
        "tags": list(record.tags),
        "seed": experiment.seed,
        "label_seed": data.label_seed,
        "data": data.variant,
        "model": experiment.model.model.name,
    }


def _plan(experiment: Experiment) -> Planned:
    """Every component with what the report needs to know of it, and its state so far."""
    components = catalog()
    return {
        name: (
            components[name].title,
            "plot" if name in PLOTS else "metric",
            components[name].meanings,
            result,
        )
        for name, result in planned(experiment.model, experiment.evaluation).items()
    }


def _announce(experiment: Experiment, dataset: Dataset, recorder: RunRecorder) -> None:
    """The top of the log: data, model, and what is enabled or why not."""
    _log.info(
        "Data %s: %d training images (%d with labels), %d validation, %d test; fingerprint %s",
        dataset.name,
        len(dataset.train),
        len(dataset.labeled_indices),
        len(dataset.validation),
        len(dataset.test),
        dataset.fingerprint[:12],
    )
    shape = experiment.data.image_shape
    structure = Structure.of(experiment.model, shape, dataset.num_classes)
    params = structure.param_shapes()
    for line in describe_model(experiment.model, shape, dataset.num_classes, params):
        _log.info(line)
    for key in TERMS:
        if (why := absence(key, experiment.model)) is None:
            _log.info("ENABLED  %s", key)
        else:
            _log.info("DISABLED %s: %s. To enable: %s", key, *why)
    recorder.announce()
    for kind, sentence in (*experiment.model.prior.warnings(), *experiment.model.routing.warnings()):
        recorder.warning(kind, sentence)
    missing = classes_without_labels(dataset.train.labels, dataset.labeled_indices, dataset.num_classes)
    if missing and experiment.model.classifier.predicts:
        recorder.warning(
            "missing_labels",
            f"No labeled image shows class {', '.join(map(str, missing))}, so the model cannot learn its name. "
            f"Try data.num_labeled={10 * dataset.num_classes} or another data.label_seed.",
        )
