"""A run that asks to be trained, and which runs can be trained as one program.

In: the arguments of `fit`. Out: `Request`, its key. Not here: training (together.py).
"""

import dataclasses
import functools
import hashlib
from collections.abc import Hashable

import numpy as np

from ssvae.data.dataset import Dataset
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.training.course import AbstractObserver
from ssvae.training.progress import Progress
from ssvae.training.recipes import TrainingConfig

__all__ = ["Request", "static_key"]


@dataclasses.dataclass(frozen=True, eq=False)
class Request:
    """The arguments of `fit`."""

    config: SSVAEConfig
    training: TrainingConfig
    dataset: Dataset
    seed: int
    observer: AbstractObserver
    start: Progress | None = None

    @functools.cached_property
    def key(self) -> Hashable:
        """See `static_key`; computed once, for it reads all images."""
        config, training, dataset = self.config, self.training, self.dataset
        # Without a classifier no label is seen.
        num_labeled = len(dataset.labeled_indices) if config.classifier.predicts else 0
        return (
            Structure.of(config, dataset.train.images.shape[1:], dataset.num_classes),
            training.gradient_clip,
            training.batch_size,
            min(training.labeled_batch_size, num_labeled),
            dataset.levels,
            _digest(dataset.train.images),
            _digest(dataset.validation.images),
            _digest(dataset.validation.labels),
        )


def static_key(request: Request) -> Hashable:
    """Everything that decides the compiled programs of a run, and the images it shares with others.

    Runs with equal keys may be trained together. They may differ in the seed, the labels that are seen, the learning
    rate, the loss weights, the temperature, the number of epochs, and in when and why they stop.
    """
    return request.key


def _digest(array: np.ndarray) -> tuple[tuple[int, ...], str]:
    return array.shape, hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
