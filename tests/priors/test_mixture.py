"""The mixture prior: starts, bounds, what is learned and what is held."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from flax import nnx

from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.priors.recipes import MixturePriorConfig

CONFIG = MixturePriorConfig(num_components=3, concentration=5.0)


def make(config: MixturePriorConfig = CONFIG, latent_dim: int = 2):
    return config.build(latent_dim, rngs=nnx.Rngs(params=jax.random.key(0)))


def test_weights_start_even_and_sum_to_one():
    np.testing.assert_allclose(jnp.exp(make().log_weights()), 1 / 3, rtol=1e-6)


def test_means_start_apart_and_scales_start_at_one():
    many = make(dataclasses.replace(CONFIG, num_components=2000, init_radius=1.5))
    assert np.asarray(many.components().mean).std() == pytest.approx(1.5, rel=0.05)
    np.testing.assert_array_equal(many.components().std, 1.0)


def test_log_weights_density_is_scipys_dirichlet():
    prior = make()
    expected = scipy.stats.dirichlet.logpdf(np.full(3, 1 / 3), np.full(3, 5.0))
    np.testing.assert_allclose(prior.log_weights_density(), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("setting", "parameter"),
    [("learn_means", "means"), ("learn_scales", "log_stds"), ("learn_weights", "logits")],
)
def test_what_is_not_learned_gets_no_gradient(setting, parameter):
    def gradient(config):
        structure, params = structure_of(lambda: make(config)), unbind(make(config))

        def score(params):
            prior = bind(structure, params)
            components = prior.components()
            spread = jnp.sum(components.mean**2) + jnp.sum(components.std) + prior.log_weights()[0]
            return spread + prior.log_weights_density()

        return jax.grad(score)(params)[parameter]

    assert (gradient(CONFIG) != 0).any()
    assert (gradient(dataclasses.replace(CONFIG, **{setting: False})) == 0).all()


def test_a_fixed_or_single_weight_has_no_density():
    assert make(dataclasses.replace(CONFIG, learn_weights=False)).log_weights_density() == 0
    assert make(dataclasses.replace(CONFIG, num_components=1)).log_weights_density() == 0
