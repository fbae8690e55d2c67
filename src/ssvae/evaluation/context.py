"""Everything a metric or a plot may look at, computed once: predictions, history, prior; and whom to ask for more.

In: numpy arrays from predictions.py. Out: `EvaluationContext`, given to every provider.
Not here: JAX; the model itself (queries.py asks it).
"""

import abc
import dataclasses
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int, UInt8

from ssvae.data.dataset import Dataset, Split
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.training.recipes import TrainingConfig

__all__ = [
    "SPLITS",
    "AbstractQueries",
    "EvaluationContext",
    "LogMarginals",
    "MixtureSummary",
    "Predictions",
]

SPLITS = {"train": "train", "validation": "val", "test": "test"}
"""Name of a split → its word in metric keys: `validation` is `val` in `metric.accuracy.val`."""


@dataclasses.dataclass(frozen=True)
class Predictions:
    """What the model says of every image of one split, rows in the order of the split."""

    mean: Float[np.ndarray, "example latent"]
    """Mean of q(z|x), over all components where each has its own."""
    std: Float[np.ndarray, "example latent"]
    """Standard deviation of q(z|x), above 0."""
    responsibilities: Float[np.ndarray, "example component"]
    """q(c|x), before routing; rows sum to 1."""
    class_probs: Float[np.ndarray, "example class_"] | None
    """p(y|x); rows sum to 1. None without a classifier."""
    mean_images: Float[np.ndarray, "example height width channel"]
    """E[x] at the mean of q(z|x), over the components it is decoded with, in [0, 1]."""
    recon: Float[np.ndarray, " example"]
    """−log p(x|z) at one sample of z, nats per image. A density's may be negative."""
    kl_z: Float[np.ndarray, " example"]
    """Σ_c q(c|x) KL(q(z|x,c) ‖ p(z|c)), nats per image; at least 0, or an estimate that may lie below."""
    kl_c: Float[np.ndarray, " example"]
    """KL(q(c|x) ‖ π), nats per image, at least 0; all 0 with one component."""
    kl_a: Float[np.ndarray, " example"]
    """E[log q(a|x) − log p(a|z,c)] at one sample, nats per image; all 0 without an auxiliary variable."""
    kl_dimensions: Float[np.ndarray, "example latent"]
    """What `kl_z` sums over: nats per image and dimension of z."""
    pixel_std: Float[np.ndarray, "example height width channel"] | None = None
    """σ of each pixel of the mean image; None unless the likelihood predicts it per image."""

    @property
    def elbo(self) -> Float[np.ndarray, " example"]:
        """A lower bound on log p(x), nats per image."""
        parts = (self.recon, self.kl_z, self.kl_c, self.kl_a)
        return -sum((part.astype(np.float64) for part in parts), start=np.zeros(len(self.recon)))


@dataclasses.dataclass(frozen=True)
class MixtureSummary:
    """The prior over the code: one Gaussian per component."""

    weights: Float[np.ndarray, " component"]
    """π = p(c); sums to 1."""
    means: Float[np.ndarray, "component latent"]
    """Mean of p(z|c)."""
    stds: Float[np.ndarray, "component latent"]
    """Standard deviation of p(z|c), above 0."""


class LogMarginals(NamedTuple):
    """log p(x) of each image, estimated by importance sampling."""

    log_prob: Float[np.ndarray, " example"]
    """In nats; on average not above log p(x)."""
    effective_samples: Float[np.ndarray, " example"]
    """From 1 (one sample decides) to the number of samples (all weigh the same)."""


class AbstractQueries(abc.ABC):
    """What can be asked of the trained model beyond its predictions of the three splits.

    Every answer is a function of the question and the run's seed: who asks first, and whether anybody else does,
    changes nothing.
    """

    @abc.abstractmethod
    def predict(self, images: UInt8[np.ndarray, "example height width channel"]) -> Predictions:
        """What the model says of other images, bytes from 0 to `dataset.levels`."""

    @abc.abstractmethod
    def decode(
        self, codes: Float[np.ndarray, "row latent"], components: Int[np.ndarray, " row"]
    ) -> Float[np.ndarray, "row height width channel"]:
        """E[x|z,c] of each code under its component, in [0, 1]; an auxiliary variable is at its mean."""

    @abc.abstractmethod
    def sample_components(
        self, num_samples: int
    ) -> Float[np.ndarray, "component sample height width channel"]:
        """E[x|z,c] of draws from each p(z|c), in [0, 1]; with one component, of draws from the prior."""

    @abc.abstractmethod
    def log_marginal(
        self, images: UInt8[np.ndarray, "example height width channel"], num_samples: int
    ) -> LogMarginals:
        """log p(x) of each image by `num_samples` importance samples."""


@dataclasses.dataclass(frozen=True)
class EvaluationContext:
    """One trained model on one data set, as numbers."""

    config: SSVAEConfig
    settings: EvaluationConfig
    dataset: Dataset
    predictions: Mapping[str, Predictions]
    """By split: `train`, `validation`, `test`."""
    history: Sequence[Mapping[str, float | int]]
    """One row per epoch, as in metrics.csv and components.csv; a quantity that was not measured is absent."""
    prior: MixtureSummary
    tau: Float[np.ndarray, "component class_"] | None
    """p(y|c); rows sum to 1. None unless classifier=tau."""
    weights: str
    """Which of the trained weights these are, such as `best epoch 87 of 100, chosen by loss.total.val`."""
    best_epoch: int
    """The epoch after which they were kept, counted from 1."""
    training: TrainingConfig
    """The recipe it was trained by."""
    queries: AbstractQueries
    """Asked by the few providers that need more than the predictions."""
    cache: MutableMapping[str, Any] = dataclasses.field(default_factory=dict)
    """Results that depend on the data alone, kept from run to run: key → what JSON can hold."""

    def split(self, name: str) -> Split:
        """The images and true labels that `predictions[name]` speaks of."""
        return {
            "train": self.dataset.train,
            "validation": self.dataset.validation,
            "test": self.dataset.test,
        }[name]

    def usage(self) -> Float[np.ndarray, " component"]:
        """p̄ = mean of q(c|x) over the validation images; sums to 1."""
        return self.predictions["validation"].responsibilities.mean(axis=0, dtype=np.float64)

    def curve(self, key: str) -> Float[np.ndarray, " epoch"]:
        """One column of the history, NaN where it was not measured."""
        return np.array([row.get(key, np.nan) for row in self.history], dtype=np.float64)
