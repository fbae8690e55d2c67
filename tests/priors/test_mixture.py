"""The mixture prior: starts, bounds, what is learned and what is held."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from flax import nnx

from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.priors.mixture import LOG_STD_BOUNDS
from ssvae.priors.recipes import MixturePriorConfig

CONFIG = MixturePriorConfig(num_components=3, concentration=5.0)


def make(config: MixturePriorConfig = CONFIG, latent_dim: int = 2):
    return config.build(latent_dim, (4, 4, 1), rngs=nnx.Rngs(params=jax.random.key(0)))


def no_encoder(images):
    raise AssertionError("a mixture of learned Gaussians asks no encoder")


def test_weights_start_even_and_sum_to_one():
    np.testing.assert_allclose(jnp.exp(make().log_weights()), 1 / 3, rtol=1e-6)


def test_means_start_apart_and_scales_start_at_one():
    many = make(dataclasses.replace(CONFIG, num_components=2000, init_radius=1.5)).components(no_encoder)
    assert np.asarray(many.mean).std() == pytest.approx(1.5, rel=0.05)
    np.testing.assert_array_equal(many.std, 1.0)


def test_scales_stay_within_their_bounds_however_far_learning_goes():
    prior = make()
    prior.log_stds[...] = jnp.array([[1e6, 40.0], [-40.0, -1e6], [0.1, -0.1]])
    log_stds = jnp.log(prior.components(no_encoder).std)
    np.testing.assert_allclose(log_stds[0], LOG_STD_BOUNDS[1], rtol=1e-6)
    np.testing.assert_allclose(log_stds[1], LOG_STD_BOUNDS[0], rtol=1e-6)
    np.testing.assert_allclose(log_stds[2], [0.1, -0.1], rtol=1e-3)  # near the start the bounds are not felt


def test_log_weights_density_is_scipys_dirichlet():
    prior = make()
    prior.weights.logits[...] = jnp.array([0.3, -1.0, 0.7])
    pi = np.exp(np.asarray(prior.log_weights(), np.float64))
    expected = scipy.stats.dirichlet.logpdf(pi / pi.sum(), np.full(3, 5.0))
    # A sum of parts of some ten nats that nearly cancel.
    np.testing.assert_allclose(prior.log_weights_density(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ("learn_means", ("means",)),
        ("learn_scales", ("log_stds",)),
        ("learn_weights", ("weights", "logits")),
    ],
)
def test_what_is_not_learned_gets_no_gradient(setting, path):
    def gradient(config):
        structure, params = structure_of(lambda: make(config)), unbind(make(config))

        def score(params):
            prior = bind(structure, params)
            components = prior.components(no_encoder)
            spread = jnp.sum(components.mean**2) + jnp.sum(components.std) + prior.log_weights()[0]
            return spread + prior.log_weights_density()

        found = jax.grad(score)(params)
        for name in path:
            found = found[name]
        return found

    assert (gradient(CONFIG) != 0).any()
    assert (gradient(dataclasses.replace(CONFIG, **{setting: False})) == 0).all()


def test_a_fixed_or_single_weight_has_no_density():
    assert make(dataclasses.replace(CONFIG, learn_weights=False)).log_weights_density() == 0
    assert make(dataclasses.replace(CONFIG, num_components=1)).log_weights_density() == 0


@pytest.mark.parametrize(
    ("changes", "can"),
    [
        ({}, True),
        ({"learn_means": False}, True),  # a random start keeps them apart
        ({"init_radius": 0.0}, True),  # learned away from the origin, if anything else tells them apart
        ({"learn_means": False, "init_radius": 0.0}, False),
        ({"learn_means": False, "init_radius": 0.0, "num_components": 1}, True),
    ],
)
def test_the_recipe_knows_whether_components_can_ever_differ(changes, can):
    assert dataclasses.replace(CONFIG, **changes).can_tell_components_apart is can
