"""Jobs that train, for the tests of what runs several of them: what such a job does, and what trains it."""

import logging
from typing import Any

from ssvae.data.recipes import SyntheticConfig
from ssvae.experiment import Experiment
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.stopping import stop_signals
from ssvae.training.course import AbstractObserver, Fit
from ssvae.training.progress import Snapshot
from ssvae.training.recipes import TrainingConfig
from ssvae.training.state import TrainState
from ssvae.training.trainer import present_trainer

DATASET = SyntheticConfig(num_train=12, num_validation=10, num_test=10, image_size=2, num_labeled=4).load()
LOGGER = logging.getLogger("ssvae.test")


class Watching(AbstractObserver):
    """Logs what it is told, in whatever context that is; asks for signals as that of a run does."""

    def epoch_done(self, row, steps):
        LOGGER.info("epoch of %s", row["run"])

    def checkpoint_due(self, progress): ...

    def interruption(self):
        with stop_signals() as stop:
            return stop.interruption()

    def trouble(self, text): ...

    def diverged(self, progress):
        return ""


def train(seed):
    """What a run does where it trains; gives the seed back."""
    trainer = present_trainer()
    return trainer(SSVAEConfig(), TrainingConfig(), DATASET, seed, Watching(), None).history[0]["seed"]


def fit_of(seed, lanes=1):
    """A training that came to nothing but its seed."""
    state: Any = TrainState(None, {}, None, None, None)  # pyright: ignore[reportArgumentType]
    return Fit(state, object.__new__(Snapshot), [{"seed": seed}], stopped_early=False, lanes=lanes)


def experiment(seed, prior, classifier, **training):
    """What a small run asks."""
    return Experiment(
        seed=seed,
        data=SyntheticConfig(num_train=96, num_validation=30, num_test=30, num_labeled=20, image_size=4),
        model=SSVAEConfig(
            model=ModelConfig(latent_dim=2),
            prior=prior,
            classifier=classifier,
            encoder=DenseEncoderConfig(hidden_sizes=(8,)),
            decoder=DenseDecoderConfig(hidden_sizes=(8,)),
        ),
        training=TrainingConfig(batch_size=32, labeled_batch_size=8, **training),
    )
