"""A small made-up evaluation context: numpy only, in milliseconds, for any combination of parts."""

import copy
import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest

from ssvae.config import read_recipe
from ssvae.data.dataset import Dataset, Split
from ssvae.evaluation.context import (
    AbstractQueries,
    EvaluationContext,
    LogMarginals,
    MixtureSummary,
    Predictions,
)
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.terms import TERMS, TOTAL
from ssvae.training.history import weight_key
from ssvae.training.recipes import TrainingConfig

CLASSES = 4
SIZES = {"train": 40, "validation": 24, "test": 28}
LEVELS = 16


def build_context(
    *,
    num_components: int = 6,
    classifier: str = "tau",
    likelihood: str = "bernoulli",
    latent_dim: int = 3,
    channels: int = 1,
    size: int = 6,
    epochs: int = 5,
    warmup: int = 3,
    num_classes: int = CLASSES,
    is_binary: bool = False,
    training: TrainingConfig | None = None,
    **settings,
) -> EvaluationContext:
    """Codes gather around one center per component, so that scores are neither perfect nor chance."""
    rng = np.random.default_rng(7)
    prior = (
        {"name": "mixture", "num_components": num_components} if num_components > 1 else {"name": "standard"}
    )
    config = read_recipe(
        SSVAEConfig,
        {
            "model": {"latent_dim": latent_dim},
            "annealing": {"name": "linear", "warmup": min(1.0, warmup / epochs)},
            "prior": prior,
            "classifier": {"name": classifier},
            "likelihood": {"name": likelihood},
        },
    )
    means = rng.normal(scale=2.0, size=(num_components, latent_dim))
    tau = _rows_that_sum_to_one(0.2 + 5 * np.eye(num_classes)[np.arange(num_components) % num_classes])
    splits = {
        name: _split(rng, count, num_classes, (size, size, channels), is_binary)
        for name, count in SIZES.items()
    }
    predictions = {
        name: _predictions(
            rng, split, means, tau if classifier == "tau" else None, classifier, num_classes, likelihood
        )
        for name, split in splits.items()
    }
    has_tau = classifier == "tau"

    def predicted(images: np.ndarray) -> Predictions:
        shown = Split(images, np.arange(len(images)) % num_classes)
        found = np.random.default_rng(len(images))
        return _predictions(
            found, shown, means, tau if has_tau else None, classifier, num_classes, likelihood
        )

    return EvaluationContext(
        config=config,
        settings=EvaluationConfig(**settings),
        dataset=Dataset(
            name="made up",
            train=splits["train"],
            validation=splits["validation"],
            test=splits["test"],
            labeled_indices=np.arange(8),
            num_classes=num_classes,
            levels=LEVELS,
            fingerprint="0" * 64,
        ),
        predictions=predictions,
        history=_history(epochs, warmup, classifier, num_components),
        prior=MixtureSummary(
            weights=_rows_that_sum_to_one(rng.uniform(0.5, 1.5, num_components)),
            means=means,
            stds=np.ones_like(means),
        ),
        tau=tau if classifier == "tau" else None,
        weights="best epoch 4 of 5, chosen by loss.total.val",
        best_epoch=max(1, epochs - 1),
        training=training or TrainingConfig(epochs=epochs),
        queries=MadeUpQueries(predicted, (size, size, channels), np.arange(num_components)),
    )


class MadeUpQueries(AbstractQueries):
    """Answers of the right shape at once; equal questions get equal answers."""

    def __init__(self, predicted, image_shape, components):
        """`components`: the number that each has in its draws."""
        self.predict = predicted
        self._image_shape = image_shape
        self.components = components

    def predict(self, images):
        """Set in the constructor."""
        raise NotImplementedError

    def decode(self, codes, components):
        """Images that brighten with the first dimension of the code and with the component's number."""
        brightness = 1 / (1 + np.exp(-codes[:, 0] - components))
        ones = np.ones((len(codes), *self._image_shape), np.float32)
        return ones * brightness[:, None, None, None].astype(np.float32)

    def sample_components(self, num_samples):
        """Noise that a component keeps when it gets another number."""
        shape = num_samples, *self._image_shape
        draws = [np.random.default_rng(c).uniform(size=shape) for c in self.components.tolist()]
        return np.array(draws, np.float32)

    def log_marginal(self, images, num_samples):
        """Half a nat above what the bound of such images is about."""
        brightness = images.reshape(len(images), -1).mean(axis=1) / LEVELS
        return LogMarginals(-18.0 + brightness, np.full(len(images), num_samples / 2))


def permuted(context: EvaluationContext, order: np.ndarray) -> EvaluationContext:
    """The same model with its components numbered otherwise."""
    return dataclasses.replace(
        context,
        predictions={
            name: dataclasses.replace(found, responsibilities=found.responsibilities[:, order])
            for name, found in context.predictions.items()
        },
        prior=MixtureSummary(
            context.prior.weights[order], context.prior.means[order], context.prior.stds[order]
        ),
        tau=None if context.tau is None else context.tau[order],
        queries=_permuted_queries(context.queries, order),
        history=[row | _permuted_columns(row, order) for row in context.history],
    )


def _permuted_queries(queries: MadeUpQueries, order: np.ndarray) -> MadeUpQueries:
    other = copy.copy(queries)
    other.components = queries.components[order]
    return other


def labeled(context: EvaluationContext, tau, behind=None) -> EvaluationContext:
    """The same with this table, and one labeled training image behind the class of each component in `behind` (all)."""
    tau = np.asarray(tau, dtype=np.float64)
    components = np.arange(len(tau)) if behind is None else np.asarray(behind, dtype=int)
    dataset, found = context.dataset, context.predictions["train"]
    labels, responsibilities = dataset.train.labels.copy(), found.responsibilities.copy()
    labels[: len(components)] = tau.argmax(axis=1)[components]
    responsibilities[: len(components)] = np.eye(len(tau))[components]
    train = dataclasses.replace(dataset.train, labels=labels)
    return dataclasses.replace(
        context,
        tau=tau,
        dataset=dataclasses.replace(dataset, train=train, labeled_indices=np.arange(len(components))),
        predictions={
            **context.predictions,
            "train": dataclasses.replace(found, responsibilities=responsibilities),
        },
    )


def _permuted_columns(row: Mapping[str, float], order: np.ndarray) -> dict[str, float]:
    """Those of the numbers of an epoch that belong to one component each."""
    return {
        f"{name}.{new}": row[f"{name}.{old}"]
        for name in ("usage", "prior_weight")
        for new, old in enumerate(order.tolist())
        if f"{name}.{old}" in row
    }


def _split(rng, count, num_classes, shape, is_binary) -> Split:
    levels = (
        rng.integers(0, 2, (count, *shape)) * LEVELS
        if is_binary
        else rng.integers(0, LEVELS + 1, (count, *shape))
    )
    return Split(levels.astype(np.uint8), np.arange(count) % num_classes)


def _predictions(rng, split, means, tau, classifier, num_classes, likelihood) -> Predictions:
    count, num_components = len(split), len(means)
    # The component of an image is one of those of its class, most of the time.
    component = (split.labels + num_classes * rng.integers(0, 2, count)) % num_components
    component = np.where(rng.uniform(size=count) < 0.2, rng.integers(0, num_components, count), component)
    codes = means[component] + rng.normal(scale=0.7, size=(count, means.shape[1]))
    distances = np.square(codes[:, None] - means).sum(axis=-1)
    responsibilities = _rows_that_sum_to_one(np.exp(-(distances - distances.min(axis=1, keepdims=True)) / 2))
    probs = _rows_that_sum_to_one(
        rng.uniform(0.1, 1, (count, num_classes)) + 1.5 * np.eye(num_classes)[split.labels]
    )
    class_probs = {"tau": None if tau is None else responsibilities @ tau, "head": probs, "none": None}[
        classifier
    ]
    images = split.images / LEVELS
    kl_z = rng.uniform(1, 5, count).astype(np.float32)
    shares = _rows_that_sum_to_one(rng.uniform(0.1, 1, codes.shape))
    return Predictions(
        mean=codes.astype(np.float32),
        std=np.full_like(codes, 0.5, dtype=np.float32),
        responsibilities=responsibilities.astype(np.float32),
        class_probs=None if class_probs is None else class_probs.astype(np.float32),
        mean_images=np.clip(images + rng.normal(scale=0.1, size=images.shape), 0, 1).astype(np.float32),
        recon=rng.uniform(10, 20, count).astype(np.float32),
        kl_z=kl_z,
        kl_c=(rng.uniform(0, 1, count) * (num_components > 1)).astype(np.float32),
        kl_a=np.zeros(count, np.float32),
        kl_dimensions=(kl_z[:, None] * shares).astype(np.float32),
        pixel_std=_one_sigma_per_image(rng, split) if likelihood == "heteroscedastic" else None,
    )


def _one_sigma_per_image(rng, split) -> np.ndarray:
    sigma = rng.uniform(0.07, 0.3, (len(split), 1, 1, 1)).astype(np.float32)
    return np.broadcast_to(sigma, split.images.shape).copy()


def _history(epochs: int, warmup: int, classifier: str, num_components: int) -> list[dict[str, float]]:
    """Losses that fall, with the best validation total in the last epoch but one."""
    rows = []
    for epoch in range(1, epochs + 1):
        row = {"epoch": float(epoch), "time": 0.5, "learning_rate": 1e-3}
        row |= {"gradient.norm": 3.0, "gradient.clipped": 0.1}
        row |= dict.fromkeys((TOTAL, *TERMS), 10.0 / epoch)
        row |= {weight_key(key): 1.0 for key in TERMS}
        row |= {weight_key(key): min(1.0, epoch / max(warmup, 1)) for key in ("loss.kl.z", "loss.kl.c")}
        row |= {f"{key}.val": 11.0 / epoch for key in ("loss.recon", "loss.kl.z", "loss.kl.c")}
        row[f"{TOTAL}.val"] = 30.0 / epoch + (100.0 if epoch == epochs > 1 else 0.0)
        if classifier != "none":
            row["metric.accuracy.val"] = 1 - 0.9 / epoch
        if num_components > 1:
            tilt = np.arange(1, num_components + 1) ** (1 - epoch / epochs)
            row |= {f"usage.{c}": float(share) for c, share in enumerate(tilt / tilt.sum())}
            row |= {f"prior_weight.{c}": 1 / num_components for c in range(num_components)}
        rows.append(row)
    return rows


def _rows_that_sum_to_one(values: np.ndarray) -> np.ndarray:
    return values / values.sum(axis=-1, keepdims=True)


@pytest.fixture
def make_context():
    """A function that makes a context; its keywords choose the parts."""
    return build_context


@pytest.fixture
def with_labels():
    """A function that gives a context a table τ and the labels behind it."""
    return labeled


@pytest.fixture
def permute():
    """A function that numbers the components of a context in another order."""
    return permuted
