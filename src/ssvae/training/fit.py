"""The training loop: epochs until the last one, until patience runs out, or until a number is no number.

In: a structure, a recipe, a data set, an observer. Out: `Fit`, with the best and the last state.
Not here: files and logs; the observer does what it likes with what it is told.
"""

import dataclasses
import math
import time
from abc import ABC, abstractmethod

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Float, Params
from ssvae.classifiers.base import Statistics
from ssvae.data.binarization import binarized
from ssvae.data.dataset import Dataset
from ssvae.errors import TrainingDiverged
from ssvae.model.objective import ObjectiveSettings
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS, TOTAL
from ssvae.training.epoch import DeviceData, Hyperparameters, StepInfo, train_epoch
from ssvae.training.history import is_better, weight_key
from ssvae.training.recipes import TrainingConfig
from ssvae.training.schedules import learning_rate, temperature, term_weights
from ssvae.training.state import TrainState, initial_state
from ssvae.training.streams import evaluation_noise, labeled_stream, unlabeled_stream
from ssvae.training.validate import ValidationData, validate, validation_data

__all__ = ["AbstractObserver", "Fit", "Row", "Snapshot", "StepTerms", "evaluated_images", "fit"]

Row = dict[str, float | int]
"""The numbers of an epoch, keyed by `EPOCH_KEYS`."""

StepTerms = dict[str, Float[np.ndarray, " step"]]
"""Raw terms, loss.total and gradient.norm of each step of an epoch, on the host."""


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """What predictions need, as it was after an epoch."""

    epoch: int
    params: Params
    statistics: Statistics
    temperature: float
    """Of a relaxed choice of components, in that epoch."""


class AbstractObserver(ABC):
    """Told of everything while it happens, on the host, between epochs."""

    @abstractmethod
    def epoch_done(self, row: Row, steps: StepTerms) -> None:
        """After every epoch: its row of `EPOCH_KEYS`, and the terms of each of its steps."""

    @abstractmethod
    def checkpoint_due(self, state: TrainState, best: Snapshot, row: Row) -> None:
        """After every `training.checkpoint_every` epochs and after the last one."""

    @abstractmethod
    def diverged(self, best: Snapshot) -> str:
        """Before `TrainingDiverged` is raised, with the best weights so far, if any epoch was good.

        Returns:
            Where they are kept, for the message; empty when they are not.
        """


@dataclasses.dataclass(frozen=True)
class Fit:
    """A finished training."""

    state: TrainState
    """After the last epoch."""
    best: Snapshot
    """The epoch that `training.monitor` chose."""
    history: list[Row]
    stopped_early: bool


def fit(
    config: SSVAEConfig, training: TrainingConfig, dataset: Dataset, seed: int, observer: AbstractObserver
) -> Fit:
    """Train a model from the seed on.

    Raises:
        TrainingDiverged: as soon as an epoch ends with a term that is not a finite number.
    """
    session = _Session.prepare(config, training, dataset, seed)
    state = initial_state(session.structure, training.gradient_clip, seed, session.prior_start)
    history: list[Row] = []
    best: Snapshot | None = None
    best_value = math.nan
    for epoch in range(1, training.epochs + 1):
        started = time.perf_counter()
        state, info = session.train(state, epoch)
        row, steps = session.numbers(state, info, epoch)
        row["time"] = time.perf_counter() - started
        observer.epoch_done(row, steps)  # before the check, so that the record shows what diverged
        if (fault := _not_finite(row, history)) is not None:
            raise TrainingDiverged(f"{fault} {_last_good(best, observer)}")
        history.append(row)
        if best is None or is_better(training.monitor, row[training.monitor], best_value):
            best = _snapshot(state, epoch, temperature(config, epoch, training.epochs))
            best_value = row[training.monitor]
        is_last = epoch == training.epochs or _is_out_of_patience(training.patience, epoch, best.epoch)
        if is_last or epoch % training.checkpoint_every == 0:
            observer.checkpoint_due(state, best, row)
        if is_last:
            break
    assert best is not None
    return Fit(state, best, history, stopped_early=len(history) < training.epochs)


@dataclasses.dataclass(frozen=True)
class _Session:
    """What stays the same from epoch to epoch."""

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
    def prepare(
        cls, config: SSVAEConfig, training: TrainingConfig, dataset: Dataset, seed: int
    ) -> "_Session":
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
            data=DeviceData(jnp.asarray(images), jnp.asarray(visible), jnp.asarray(float(dataset.levels))),
            validation=validation_data(fixed.validation, dataset.levels, noise),
            labeled_rows=rows,
            labels=visible[rows],
            prior_start=config.prior.starting_params(images / np.float32(dataset.levels), seed),
        )

    def train(self, state: TrainState, epoch: int) -> tuple[TrainState, StepInfo]:
        """One epoch of steps."""
        training, seed = self.training, self.seed
        rows = unlabeled_stream(len(self.data.images), training.batch_size, seed, epoch)
        labeled = labeled_stream(
            self.labeled_rows, self.labels, len(rows), training.labeled_batch_size, seed, epoch
        )
        return train_epoch(
            self.structure,
            training.gradient_clip,
            state,
            self.data,
            rows,
            labeled,
            self.hyperparameters(epoch),
        )

    def numbers(self, state: TrainState, info: StepInfo, epoch: int) -> tuple[Row, StepTerms]:
        """The row of an epoch and the terms of its steps, fetched from the device in one transfer."""
        scores = validate(
            self.structure,
            state.params,
            state.statistics,
            self.validation,
            self.hyperparameters(epoch, is_warm=True),
        )
        steps, scores = jax.device_get((info, scores))
        row: Row = {"epoch": epoch, "learning_rate": learning_rate(self.training, epoch)}
        row |= {key: float(np.mean(values, dtype=np.float64)) for key, values in steps.items()}
        row |= {weight_key(key): weight for key, weight in self._weights(epoch).items()}
        row |= {key: float(value) for key, value in scores.items()}
        if not self.config.classifier.predicts:
            del row["metric.accuracy.val"]
        return row, steps

    def _weights(self, epoch: int | None) -> dict[str, float]:
        return term_weights(self.config, epoch, self.training.epochs)

    def hyperparameters(self, epoch: int, *, is_warm: bool = False) -> Hyperparameters:
        """Of an epoch; with `is_warm` at the weights reached at the end of the warm-up."""
        weights = self._weights(None if is_warm else epoch)
        return Hyperparameters(
            jnp.float32(learning_rate(self.training, epoch)),
            jnp.float32(self.config.prior.step_size),
            ObjectiveSettings(
                weights={key: jnp.float32(weight) for key, weight in weights.items()},
                temperature=jnp.float32(temperature(self.config, epoch, self.training.epochs)),
                free_bits=jnp.float32(self.config.model.free_bits),
                confidence=jnp.float32(self.config.augmentation.teaching_probability),
                num_train=jnp.float32(len(self.data.images)),
            ),
        )


def evaluated_images(config: SSVAEConfig, dataset: Dataset) -> Dataset:
    """The data set with the images that validation and evaluation see: black and white where the likelihood asks so."""
    return dataset if config.likelihood.binarization == "none" else binarized(dataset)


def _snapshot(state: TrainState, epoch: int, temperature: float) -> Snapshot:
    """A copy: the next epoch reuses the memory of `state`."""
    params, statistics = jax.tree.map(jnp.copy, (state.params, state.statistics))
    return Snapshot(epoch, params, statistics, temperature)


def _is_out_of_patience(patience: int | None, epoch: int, best_epoch: int) -> bool:
    return patience is not None and epoch - best_epoch >= patience


def _not_finite(row: Row, history: list[Row]) -> str | None:
    """Names the first term that is no finite number, and what it was before; None when all are."""
    for key in (*TERMS, TOTAL, *(key for key in row if key.endswith(".val"))):
        if math.isfinite(row.get(key, 0.0)):
            continue
        before = f"it was {history[-1][key]:.4g} the epoch before" if history else "this was the first epoch"
        return (
            f"{key} became {row[key]} in epoch {row['epoch']}; {before}. "
            f"Try a smaller training.learning_rate (it was {row['learning_rate']:.3g}) "
            f"or a smaller training.gradient_clip."
        )
    return None


def _last_good(best: Snapshot | None, observer: AbstractObserver) -> str:
    if best is None:
        return "No epoch was good."
    kept = observer.diverged(best)
    return f"The best weights before are those of epoch {best.epoch}{f', kept in {kept}' if kept else ''}."
