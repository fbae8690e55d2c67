"""The one pass over the data that every metric and plot shares, with the weights of the best epoch.

In: a trained model and its data set. Out: `EvaluationContext`. Not here: scores, figures, choosing the epoch.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

import numpy as np

from ssvae.arrays import Float
from ssvae.classifiers.tau import TauClassifier
from ssvae.data.dataset import Dataset
from ssvae.evaluation.context import EvaluationContext, MixtureSummary
from ssvae.evaluation.metrics.ood import with_left_out_class
from ssvae.evaluation.queries import ModelQueries
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.model.prediction import mixture_of
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.training.progress import Snapshot
from ssvae.training.recipes import TrainingConfig
from ssvae.training.session import evaluated_images

__all__ = ["evaluation_context", "per_image"]


def evaluation_context(
    config: SSVAEConfig,
    settings: EvaluationConfig,
    dataset: Dataset,
    snapshot: Snapshot,
    history: Sequence[Mapping[str, float | int]],
    weights: str,
    training: TrainingConfig,
    seed: int,
    cache: MutableMapping[str, Any] | None = None,
) -> EvaluationContext:
    """Predict every split, look at the prior.

    Args:
        config: The model's recipe.
        settings: How large a portion is; what metrics and plots do.
        dataset: Its three splits are each predicted once.
        snapshot: The weights to use.
        history: The rows of metrics.csv.
        weights: Says in words which weights these are.
        training: The recipe they were trained by.
        seed: The run's seed; the draws are a function of it.
        cache: Keeps what depends on the data alone from run to run; None forgets it.
    """
    structure = Structure.of(config, dataset.train.images.shape[1:], dataset.num_classes)
    dataset = evaluated_images(config, dataset)
    settings = with_left_out_class(settings, dataset.left_out_class)
    splits = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    size = min(settings.batch_size, max(map(len, splits.values())))
    queries = ModelQueries(structure, snapshot, dataset.levels, seed, size)
    return EvaluationContext(
        config=config,
        settings=settings,
        dataset=dataset,
        predictions={name: queries.predict_split(split.images, name) for name, split in splits.items()},
        history=history,
        prior=_summarize_prior(structure, snapshot),
        tau=_tau(structure, snapshot),
        weights=weights,
        best_epoch=snapshot.epoch,
        training=training,
        queries=queries,
        cache={} if cache is None else cache,
    )


def per_image(context: EvaluationContext, split: str) -> dict[str, np.ndarray]:
    """What is worth keeping of a split: the predictions less the images, and the true labels."""
    found = context.predictions[split]
    kept = ("class_probs", "responsibilities", "mean", "std", "recon", "kl_z", "kl_c", "kl_a")
    arrays = {name: getattr(found, name) for name in kept}
    labels = context.split(split).labels.astype(np.int64)
    return {name: array for name, array in arrays.items() if array is not None} | {"labels": labels}


def _summarize_prior(structure: Structure, snapshot: Snapshot) -> MixtureSummary:
    mixture = mixture_of(structure, snapshot.params)
    return MixtureSummary(
        weights=np.exp(np.asarray(mixture.log_weights)),
        means=np.asarray(mixture.components.mean),
        stds=np.asarray(mixture.components.std),
    )


def _tau(structure: Structure, snapshot: Snapshot) -> Float[np.ndarray, "component class_"] | None:
    classifier = structure.bind(snapshot.params).classifier
    return np.asarray(classifier.tau(snapshot.statistics)) if isinstance(classifier, TauClassifier) else None
