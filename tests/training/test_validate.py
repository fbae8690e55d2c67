"""Validation: padding counts for nothing, and its numbers are those of the formulas."""

import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.model.prediction import predict
from ssvae.model.structure import Structure
from ssvae.training.epoch import Hyperparameters
from ssvae.training.schedules import term_weights
from ssvae.training.state import initial_state
from ssvae.training.streams import validation_noise
from ssvae.training.validate import validate, validation_data

NOISE = validation_noise(30, 2, seed=0)


@pytest.fixture
def scores(config, dataset):
    """Portion size → the scores of an untrained model."""
    structure = Structure.of(config, (4, 4, 1), dataset.num_classes)
    state = initial_state(structure, None, 0)
    weights = {key: jnp.float32(weight) for key, weight in term_weights(config.model).items()}
    hyperparameters = Hyperparameters(jnp.float32(0.0), weights)

    def compute(portion_size: int):
        data = validation_data(dataset.validation, dataset.levels, NOISE, portion_size)
        found = validate(structure, state.params, state.statistics, data, hyperparameters)
        return {key: float(value) for key, value in found.items()}

    return structure, state, compute


def test_the_size_of_portions_changes_nothing(scores):
    _, _, compute = scores
    whole, cut = compute(30), compute(7)
    for key in whole:
        assert cut[key] == pytest.approx(whole[key], rel=1e-4), key


def test_the_numbers_are_those_of_predictions(scores, dataset):
    structure, state, compute = scores
    images = jnp.asarray(dataset.validation.images / dataset.levels, jnp.float32)
    found = predict(structure, state.params, state.statistics, images, jnp.asarray(NOISE))
    responsibilities = np.asarray(found["responsibilities"], np.float64)
    usage = responsibilities.mean(axis=0)
    entropy = -np.sum(usage * np.log(usage))
    row_entropy = -np.sum(responsibilities * np.log(responsibilities), axis=1).mean()
    expected = {
        "loss.recon.val": float(found["recon"].mean()),
        "loss.kl.z.val": float(found["kl_z"].mean()),
        "loss.kl.c.val": float(found["kl_c"].mean()),
        "metric.accuracy.val": float(
            np.mean(found["class_probs"].argmax(axis=1) == dataset.validation.labels)
        ),
        "metric.k_eff": np.exp(entropy),
        "metric.information": entropy - row_entropy,
        "metric.responsibility.confidence": responsibilities.max(axis=1).mean(),
        "metric.components.active": float((usage > 0.1 / 6).sum()),
    }
    scored = compute(30)
    for key, value in expected.items():
        assert scored[key] == pytest.approx(value, rel=1e-4), key
    assert scored["metric.elbo.val"] == pytest.approx(
        -(scored["loss.recon.val"] + scored["loss.kl.z.val"] + scored["loss.kl.c.val"]), rel=1e-6
    )
