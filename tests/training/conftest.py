"""A data set and a model small enough to train in a second, and an observer that remembers."""

import jax.numpy as jnp
import pytest

from ssvae.classifiers.recipes import TauConfig
from ssvae.data.recipes import SyntheticConfig
from ssvae.model.annealing import LinearAnnealingConfig
from ssvae.model.objective import ObjectiveSettings
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.training.epoch import Hyperparameters
from ssvae.training.fit import AbstractObserver
from ssvae.training.progress import checkpoints_of
from ssvae.training.recipes import TrainingConfig
from ssvae.training.schedules import term_weights


class Remembering(AbstractObserver):
    """An observer that keeps all it is told."""

    def __init__(self):
        self.rows, self.checkpoints, self.saved, self.troubles = [], [], [], []
        self.good, self.stops_after = None, None

    def epoch_done(self, row, steps):
        self.rows.append(row)

    def checkpoint_due(self, progress):
        self.checkpoints.append((progress.epoch, progress.best and progress.best.epoch))
        self.saved.append(checkpoints_of(progress, 0))

    def interruption(self):
        is_time = bool(self.rows) and self.rows[-1]["epoch"] == self.stops_after
        return KeyboardInterrupt() if is_time else None

    def trouble(self, text):
        self.troubles.append(text)

    def diverged(self, progress):
        self.good = progress.epoch
        return "a place of its own"


@pytest.fixture
def observer():
    return Remembering()


@pytest.fixture
def new_observer():
    """A function that gives an observer, another one at each call."""
    return Remembering


@pytest.fixture(scope="session")
def dataset():
    return SyntheticConfig(num_train=96, num_validation=30, num_test=30, num_labeled=20, image_size=4).load()


@pytest.fixture
def config():
    return SSVAEConfig(
        model=ModelConfig(latent_dim=2),
        annealing=LinearAnnealingConfig(warmup=0.75),
        prior=MixturePriorConfig(num_components=6),
        encoder=DenseEncoderConfig(hidden_sizes=(8,)),
        decoder=DenseDecoderConfig(hidden_sizes=(8,)),
        classifier=TauConfig(),
    )


@pytest.fixture
def training():
    return TrainingConfig(epochs=4, batch_size=32, labeled_batch_size=8, checkpoint_every=3)


@pytest.fixture
def make_hyperparameters():
    """Recipe → hyperparameters at full weight, with a learning rate of 0."""

    def make(config):
        settings = ObjectiveSettings(
            weights={key: jnp.float32(weight) for key, weight in term_weights(config).items()},
            temperature=jnp.float32(1.0),
            free_bits=jnp.float32(config.model.free_bits),
            confidence=jnp.float32(0.9),
            num_train=jnp.float32(96),
        )
        return Hyperparameters(jnp.float32(0.0), jnp.float32(1.0), settings)

    return make
