"""One temperature per epoch: training, validation and the weights that are kept all have that of their epoch."""

import dataclasses

import jax.numpy as jnp
import pytest

from ssvae.networks.recipes import DenseDecoderConfig
from ssvae.routing.recipes import GumbelRoutingConfig
from ssvae.training.epoch import STEP_KEYS
from ssvae.training.fit import fit
from ssvae.training.history import VALIDATION_KEYS
from ssvae.training.validate import Scores

TEMPERATURES = [4.0, 2.0, 1.0, 0.5]


@pytest.fixture
def seen(monkeypatch):
    """What training and validation are told, epoch by epoch; neither really happens. The third epoch is the best."""
    told = {"train": [], "validate": []}
    losses = iter([4.0, 3.0, 1.0, 2.0])

    def train_epoch(structure, clip, state, data, rows, labeled_rows, hyperparameters):
        told["train"].append(float(hyperparameters.objective.temperature))
        return state, jnp.zeros((len(rows), len(STEP_KEYS)))

    def validate(structure, params, statistics, data, hyperparameters):
        told["validate"].append(float(hyperparameters.objective.temperature))
        values = dict.fromkeys(VALIDATION_KEYS, jnp.zeros(())) | {"loss.total.val": jnp.float32(next(losses))}
        return Scores(values, jnp.ones(1), jnp.ones(1))

    monkeypatch.setattr("ssvae.training.session.train_epoch", train_epoch)
    monkeypatch.setattr("ssvae.training.session.validate", validate)
    return told


@pytest.fixture
def relaxed(config):
    return dataclasses.replace(
        config,
        decoder=DenseDecoderConfig(hidden_sizes=(8,), conditioning="film"),
        routing=GumbelRoutingConfig(temperature=4.0, final_temperature=0.5),
    )


def test_the_temperature_of_an_epoch_is_one_number_wherever_it_is_used(
    relaxed, training, dataset, observer, seen
):
    """Evaluating at the first temperature what was trained at another judges a different model."""
    found = fit(relaxed, training, dataset, 0, observer)
    assert seen["train"] == pytest.approx(TEMPERATURES)
    assert seen["validate"] == seen["train"]
    assert found.best.epoch == 3
    assert found.best.temperature == pytest.approx(TEMPERATURES[2])


def test_without_a_relaxed_choice_it_is_one_throughout(config, training, dataset, observer, seen):
    found = fit(config, training, dataset, 0, observer)
    assert seen["train"] == seen["validate"] == [1.0] * 4
    assert found.best.temperature == 1.0
