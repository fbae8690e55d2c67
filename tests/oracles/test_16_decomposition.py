"""Group 16: the total is its parts, the ELBO is no matter of weights, and portions of any size give one mean."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.batch import Batch
from ssvae.data.recipes import SyntheticConfig
from ssvae.model.objective import loss_terms, weighted_sum
from ssvae.model.terms import TERMS
from ssvae.networks.binding import unbind
from ssvae.training.epoch import Hyperparameters
from ssvae.training.streams import evaluation_noise
from ssvae.training.validate import validate, validation_data

IMAGE_SHAPE = (3, 3, 1)
BOUND = ("loss.recon", "loss.kl.z", "loss.kl.c", "loss.kl.a")


@pytest.fixture
def batch(getkey):
    return Batch(
        jax.random.uniform(getkey(), (6, *IMAGE_SHAPE)),
        jax.random.uniform(getkey(), (4, *IMAGE_SHAPE)),
        jnp.array([0, 1, 2, 0]),
    )


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "name", ["mixture", pytest.param("m2", marks=SLOW), pytest.param("sdgm", marks=SLOW)]
)
def test_the_total_is_the_sum_of_weighted_terms(name, config_of, make, settings, batch, getkey):
    structure, model = make(config_of(name))
    statistics = model.classifier.initial_statistics()
    terms, _ = loss_terms(model, structure.plan(), statistics, batch, getkey(), settings)
    weights = {key: jnp.float32(0.3 + number) for number, key in enumerate(TERMS)}
    expected = sum(float(weights[key]) * float(terms[key]) for key in TERMS)
    np.testing.assert_allclose(weighted_sum(terms, weights), expected, rtol=1e-5)


def test_terms_are_raw(config_of, make, settings, batch, getkey):
    """No weight reaches a term, but those inside the labeled bound."""
    structure, model = make(config_of("m2"))
    key = getkey()
    found = []
    for factor in (1.0, 7.0):
        weights = {name: factor * weight for name, weight in settings.weights.items()}
        terms, _ = loss_terms(
            model, structure.plan(), {}, batch, jax.random.clone(key), settings._replace(weights=weights)
        )
        found.append(terms)
    for name in set(TERMS) - {"loss.labeled"}:
        np.testing.assert_array_equal(found[0][name], found[1][name], err_msg=name)
    assert found[0]["loss.labeled"] != found[1]["loss.labeled"]


@pytest.fixture(scope="module")
def validation():
    return SyntheticConfig(num_train=50, num_validation=23, num_test=10, num_labeled=8, image_size=3).load()


@SLOW
def test_the_elbo_is_no_matter_of_weights_or_portions(config_of, make, settings, validation):
    """Twenty-three images in portions of 23, 7 and 5: the last portion is filled up, and that counts for nothing."""
    structure, model = make(config_of("sdgm"))
    noise = evaluation_noise(structure.noise_shape, 23, 0, "validation")

    def scores(factor, portion):
        weights = {name: factor * weight for name, weight in settings.weights.items()}
        data = validation_data(validation.validation, validation.levels, noise, portion)
        knobs = Hyperparameters(jnp.float32(0), jnp.float32(1), settings._replace(weights=weights))
        return validate(structure, unbind(model), {}, data, knobs).values

    plain, heavy = scores(1.0, 23), scores(3.0, 23)
    np.testing.assert_array_equal(plain["metric.elbo.val"], heavy["metric.elbo.val"])
    np.testing.assert_allclose(heavy["loss.total.val"], 3 * plain["loss.total.val"], rtol=1e-5)
    np.testing.assert_allclose(
        plain["metric.elbo.val"], -sum(float(plain[f"{key}.val"]) for key in BOUND), rtol=1e-5
    )
    for portion in (7, 5):
        other = scores(1.0, portion)
        for key, value in plain.items():
            np.testing.assert_allclose(other[key], value, rtol=1e-4, atol=1e-6, err_msg=key)
