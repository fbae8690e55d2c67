"""The top of a run's log: data, model, and what is enabled or why not.

In: an `Experiment`, its data set. Out: lines in the log, warnings in the record. Not here: the epochs (observer.py).
"""

import logging

from ssvae.data.dataset import Dataset
from ssvae.evaluation.detectors.learning import MISSING_LABELS, missing_labels
from ssvae.experiment import Experiment
from ssvae.model.description import describe_model
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS, absence
from ssvae.runs.lifecycle.origin import Origin
from ssvae.runs.recorder import RunRecorder

__all__ = ["announce"]

_log = logging.getLogger(__name__)


def announce(experiment: Experiment, dataset: Dataset, recorder: RunRecorder, origin: Origin | None) -> None:
    """Say what is about to be trained, on what, and from where on."""
    _announce_data(dataset)
    shape = experiment.data.image_shape
    structure = Structure.of(experiment.model, shape, dataset.num_classes)
    for line in describe_model(experiment.model, shape, dataset.num_classes, structure.param_shapes()):
        _log.info(line)
    for key in TERMS:
        if (why := absence(key, experiment.model)) is None:
            _log.info("ENABLED  %s", key)
        else:
            _log.info("DISABLED %s: %s. To enable: %s", key, *why)
    recorder.announce()
    if origin is not None:
        _log.info("Training goes on after epoch %d of %s.", origin.epoch, origin.folder.name)
    _warn(experiment, dataset, recorder)


def _announce_data(dataset: Dataset) -> None:
    _log.info(
        "Data %s: %d training images (%d with labels), %d validation, %d test; fingerprint %s",
        dataset.name,
        len(dataset.train),
        len(dataset.labeled_indices),
        len(dataset.validation),
        len(dataset.test),
        dataset.fingerprint[:12],
    )


def _warn(experiment: Experiment, dataset: Dataset, recorder: RunRecorder) -> None:
    for finding in (*experiment.model.prior.warnings(), *experiment.model.routing.warnings()):
        recorder.warning(finding)
    if experiment.model.classifier.predicts and (seen := missing_labels(dataset)) is not None:
        # Seen again after training; told now, when there is still time to do something about it.
        recorder.warning(MISSING_LABELS.finding("missing_labels", seen))
