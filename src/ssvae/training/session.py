"""What stays the same from epoch to epoch of one training, and one epoch with it.

In: recipes, a data set, a seed. Out: `Session`: the data on the device, the schedules, `begin` and `numbers`.
Not here: how many epochs, which of them is best, what happens with the numbers (fit.py).
"""

import dataclasses
from typing import Any

import jax
import numpy as np

from ssvae.arrays import Float, Int, Params
from ssvae.data.binarization import binarized
from ssvae.data.dataset import Dataset
from ssvae.model.objective import ObjectiveSettings
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.training.epoch import STEP_KEYS, DeviceData, Hyperparameters, StepTable, train_epoch
from ssvae.training.fetching import Fetching
from ssvae.training.history import component_keys, weight_key
from ssvae.training.progress import Row
from ssvae.training.recipes import TrainingConfig
from ssvae.training.schedules import learning_rate, temperature, term_weights
from ssvae.training.state import TrainState, initial_state
from ssvae.training.streams import evaluation_noise, labeled_stream, unlabeled_stream
from ssvae.training.validate import Scores, ValidationData, validate, validation_data

__all__ = ["EpochUnderWay", "Session", "StepRows", "StepTerms", "evaluated_images", "step_terms"]

StepRows = Int[np.ndarray, "step _"]
"""Row numbers of the images that each step sees."""

StepTerms = dict[str, Float[np.ndarray, " step"]]
"""Raw terms, loss.total and gradient.norm of each step of an epoch, on the host."""


@dataclasses.dataclass(frozen=True)
class EpochUnderWay:
    """An epoch that the device computes or has computed. Made by `Session.begin`."""

    epoch: int
    caution: float
    before: TrainState
    after: TrainState
    numbers: Fetching[tuple[StepTable, Scores]]


@dataclasses.dataclass(frozen=True)
class Session:
    """One training's data and settings. Made by `prepare`."""

    structure: Structure
    config: SSVAEConfig
    training: TrainingConfig
    seed: int
    data: DeviceData
    validation: ValidationData
    labeled_rows: np.ndarray
    labels: np.ndarray
    prior_start: Params
    """What of the prior starts from the data."""

    @classmethod
    def prepare(cls, config: SSVAEConfig, training: TrainingConfig, dataset: Dataset, seed: int) -> "Session":
        """Put the data on the device; labels that training may not see stay off it."""
        rows = dataset.labeled_indices if config.classifier.predicts else dataset.labeled_indices[:0]
        visible = np.full(len(dataset.train), -1, np.int32)
        visible[rows] = dataset.train.labels[rows]
        structure = Structure.of(config, dataset.train.images.shape[1:], dataset.num_classes)
        fixed = evaluated_images(config, dataset)
        images = (dataset if config.likelihood.binarization == "dynamic" else fixed).train.images
        noise = evaluation_noise(structure.noise_shape, len(fixed.validation), seed, "validation")
        return cls(
            structure=structure,
            config=config,
            training=training,
            seed=seed,
            data=DeviceData(*jax.device_put((images, visible, np.float32(dataset.levels)))),
            validation=validation_data(fixed.validation, dataset.levels, noise),
            labeled_rows=rows,
            labels=visible[rows],
            prior_start=config.prior.starting_params(images / np.float32(dataset.levels), seed),
        )

    def first_state(self) -> TrainState:
        """Before the first step."""
        return initial_state(self.structure, self.training.gradient_clip, self.seed, self.prior_start)

    def begin(self, state: TrainState, epoch: int, caution: float) -> EpochUnderWay:
        """Have the device compute an epoch of steps, and a look at the validation images; not waited for.

        Args:
            state: Of the epoch before, which may be under way itself.
            epoch: Counted from 1.
            caution: The learning rate is multiplied by it.
        """
        clip = self.training.gradient_clip
        after, steps = train_epoch(self.structure, clip, state, self.data, *self.inputs(epoch, caution))
        warm = self.warm(epoch, caution)
        scores = validate(self.structure, after.params, after.statistics, self.validation, warm)
        return EpochUnderWay(epoch, caution, state, after, Fetching((steps, scores)))

    def inputs(self, epoch: int, caution: float) -> tuple[StepRows, StepRows, Hyperparameters]:
        """What an epoch is made of beyond state and data: rows of each step, labeled rows of each step, numbers."""
        training, seed = self.training, self.seed
        rows = unlabeled_stream(len(self.data.images), training.batch_size, seed, epoch)
        labeled = labeled_stream(
            self.labeled_rows, self.labels, len(rows), training.labeled_batch_size, seed, epoch
        )
        return rows, labeled, self._hyperparameters(epoch, caution)

    def numbers(self, begun: EpochUnderWay) -> tuple[Row, StepTerms]:
        """The row of an epoch and the terms of its steps; waits until they are computed."""
        on_host: Any = begun.numbers.wait()
        table, scores = on_host
        steps = step_terms(table)
        return self.row(steps, scores, begun.epoch, begun.caution), steps

    def warm(self, epoch: int, caution: float) -> Hyperparameters:
        """What validation after an epoch is made with: the weights reached at the end of the warm-up."""
        return self._hyperparameters(epoch, caution, is_warm=True)

    def row(self, steps: StepTerms, scores: Scores, epoch: int, caution: float) -> Row:
        """The row of an epoch out of its numbers, which are on the host by now."""
        row: Row = {"epoch": epoch, "learning_rate": learning_rate(self.training, epoch) * caution}
        row |= {key: float(np.mean(values, dtype=np.float64)) for key, values in steps.items()}
        row |= {weight_key(key): weight for key, weight in self._weights(epoch).items()}
        clip = self.training.gradient_clip
        row["gradient.clipped"] = 0.0 if clip is None else float(np.mean(steps["gradient.norm"] > clip))
        row |= {key: float(value) for key, value in scores.values.items()}
        components = [epoch, *map(float, (*scores.usage, *scores.prior_weights))]
        row |= dict(zip(component_keys(len(scores.usage)), components, strict=False))
        if not self.config.classifier.predicts:
            del row["metric.accuracy.val"]
        return row

    def temperature(self, epoch: int) -> float:
        """Of a relaxed choice of components in `epoch`."""
        return temperature(self.config, epoch, self.training.epochs)

    def _weights(self, epoch: int | None) -> dict[str, float]:
        return term_weights(self.config, epoch, self.training.epochs)

    def _hyperparameters(self, epoch: int, caution: float, *, is_warm: bool = False) -> Hyperparameters:
        """Of an epoch; with `is_warm` at the weights reached at the end of the warm-up.

        NumPy's numbers: JAX takes all of them to the device in the one call that needs them.
        """
        weights = self._weights(None if is_warm else epoch)
        return Hyperparameters(
            _number(learning_rate(self.training, epoch) * caution),
            _number(self.config.prior.step_size),
            ObjectiveSettings(
                weights={key: _number(weight) for key, weight in weights.items()},
                temperature=_number(self.temperature(epoch)),
                free_bits=_number(self.config.model.free_bits),
                confidence=_number(self.config.augmentation.teaching_probability),
                num_train=_number(len(self.data.images)),
            ),
        )


def step_terms(table: Float[np.ndarray, "step key"]) -> StepTerms:
    """The columns of a `StepTable` that is on the host, by name."""
    return dict(zip(STEP_KEYS, table.T, strict=True))


def _number(value: int | float) -> Any:
    """What JAX takes for an array without dimensions."""
    return np.float32(value)


def evaluated_images(config: SSVAEConfig, dataset: Dataset) -> Dataset:
    """The data set with the images that validation and evaluation see: black and white where the likelihood asks so."""
    return dataset if config.likelihood.binarization == "none" else binarized(dataset)
