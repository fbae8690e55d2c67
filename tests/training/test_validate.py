"""Validation: padding counts for nothing, and its numbers are those of the formulas."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.model.prediction import predict
from ssvae.model.structure import Structure
from ssvae.training.state import initial_state
from ssvae.training.streams import evaluation_noise
from ssvae.training.validate import validate, validation_data


@pytest.fixture
def noise(config):
    return evaluation_noise(Structure.of(config, (4, 4, 1), 4).noise_shape, 30, seed=0, split="validation")


@pytest.fixture
def scores(config, dataset, noise, make_hyperparameters):
    """Portion size → the scores of an untrained model."""
    structure = Structure.of(config, (4, 4, 1), dataset.num_classes)
    state = initial_state(structure, None, 0, {})
    hyperparameters = make_hyperparameters(config)

    def compute(portion_size: int):
        data = validation_data(dataset.validation, dataset.levels, noise, portion_size)
        found = validate(structure, state.params, state.statistics, data, hyperparameters)
        return {key: float(value) for key, value in found.values.items()}

    return structure, state, compute


def test_the_size_of_portions_changes_nothing(scores):
    _, _, compute = scores
    whole, cut = compute(30), compute(7)
    for key in whole:
        assert cut[key] == pytest.approx(whole[key], rel=1e-4), key


def test_the_numbers_are_those_of_predictions(scores, dataset, noise):
    structure, state, compute = scores
    images = jnp.asarray(dataset.validation.images / dataset.levels, jnp.float32)
    device_noise = jax.tree.map(jnp.asarray, noise)
    found = predict(structure, state.params, state.statistics, images, device_noise, jnp.float32(1.0))
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
