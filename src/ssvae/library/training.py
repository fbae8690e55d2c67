"""Training without Hydra and without files.

In: recipes, a data set. Out: `TrainedModel`, or one `ConfigError` with everything that does not fit.
Not here: the loop (training/fit.py).
"""

import logging
from collections.abc import Callable, Iterator

from ssvae.data.dataset import Dataset
from ssvae.errors import ConfigError
from ssvae.evaluation.detectors.learning import MISSING_LABELS, missing_labels
from ssvae.library.trained_model import TrainedModel
from ssvae.misfits import model_misfits, training_misfits
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.training.fit import AbstractObserver, fit
from ssvae.training.progress import Progress, Row
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import StepTerms

__all__ = ["train"]

_log = logging.getLogger(__name__)

_DEFAULT = TrainingConfig()


def train(
    model: SSVAEConfig,
    dataset: Dataset,
    training: TrainingConfig = _DEFAULT,
    *,
    seed: int = 0,
    on_epoch: Callable[[Row], None] | None = None,
) -> TrainedModel:
    """Train a model; a function of its arguments. The same as a run of the command line, less its folder.

    Args:
        model: What to train.
        dataset: From a data recipe's `load()`, or from `dataset_from_arrays`.
        training: How.
        seed: Of the start and of every draw, from 0 to 2**32 − 1.
        on_epoch: Called with the numbers of each epoch as soon as they are known: `row["loss.total"]`,
            `row["metric.accuracy.val"]` and what else metrics.csv has.

    Returns:
        The model as it was after the best epoch, which `training.monitor` chose.

    Raises:
        ConfigError: before any work, with everything that does not fit together.
        TrainingDiverged: when a loss term stops being a finite number.
    """
    if problems := [*_problems(model, dataset, training, seed)]:
        raise ConfigError(problems)
    for sentence in _warnings(model, dataset):
        _log.warning(sentence)
    fitted = fit(model, training, dataset, seed, _Observer(on_epoch))
    return TrainedModel(
        structure=Structure.of(model, _image_shape(dataset), dataset.num_classes),
        params=fitted.best.params,
        statistics=fitted.best.statistics,
        temperature=fitted.best.temperature,
        config=model,
        epoch=fitted.best.epoch,
        history=fitted.history,
    )


class _Observer(AbstractObserver):
    """Tells of epochs and keeps nothing."""

    def __init__(self, on_epoch: Callable[[Row], None] | None):
        self._on_epoch = on_epoch

    def epoch_done(self, row: Row, steps: StepTerms) -> None:
        """Hand the row on."""
        if self._on_epoch is not None:
            self._on_epoch(row)

    def checkpoint_due(self, progress: Progress) -> None:
        """Nothing is saved."""

    def interruption(self) -> None:
        """Ctrl-C raises by itself where there is nothing to save."""

    def trouble(self, text: str) -> None:
        """Tell of it."""
        _log.warning(text)

    def diverged(self, progress: Progress) -> str:
        """Nothing is saved."""
        return ""


def _image_shape(dataset: Dataset) -> tuple[int, int, int]:
    _, height, width, channel = dataset.train.images.shape
    return height, width, channel


def _problems(model: SSVAEConfig, dataset: Dataset, training: TrainingConfig, seed: int) -> Iterator[str]:
    """One sentence for each reason why this model cannot be trained so on this data set."""
    yield from model_misfits(model, _image_shape(dataset), dataset.num_classes)
    if model.classifier.predicts and not len(dataset.labeled_indices):
        yield (
            f"classifier={model.classifier.variant} learns from labels, and the data set shows none. "
            f"Try num_labeled={10 * dataset.num_classes} where it is made, or classifier=NoClassifierConfig()."
        )
    yield from training_misfits(model, training, len(dataset.train))
    if not 0 <= seed < 2**32:
        yield f"seed must be from 0 to {2**32 - 1}, got {seed}. Try seed=0."


def _warnings(model: SSVAEConfig, dataset: Dataset) -> Iterator[str]:
    """What a run would warn of before it starts."""
    for finding in (*model.prior.warnings(), *model.routing.warnings()):
        yield finding.sentences()
    if model.classifier.predicts and (seen := missing_labels(dataset)) is not None:
        yield (
            f"{seen.text} {MISSING_LABELS.meaning} "
            f"Try num_labeled={10 * dataset.num_classes} or another seed where the data set is made."
        )
