"""The VampPrior: what the encoder says of the pseudo-inputs, where gradients go, what the recipe asks of other parts."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from flax import nnx

from ssvae.misfits import model_misfits
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.priors.recipes import VampPriorConfig
from ssvae.probability.gaussian import DiagonalGaussian

SHAPE = (2, 2, 1)
CONFIG = VampPriorConfig(num_components=3, concentration=4.0)


def make(config: VampPriorConfig = CONFIG):
    return config.build(2, SHAPE, rngs=nnx.Rngs(params=jax.random.key(0)))


def encode(images):
    """An encoder that a test can follow: mean = the first two pixels, std = one plus each."""
    pixels = images.reshape(images.shape[0], -1)[:, :2]
    return DiagonalGaussian(pixels, 1 + pixels)


def test_components_are_what_the_encoder_says_of_the_pseudo_inputs():
    prior = make()
    first = np.asarray(prior.pseudo_inputs()).reshape(3, 4)[:, :2]
    components = prior.components(encode)
    np.testing.assert_array_equal(components.mean, first)
    np.testing.assert_allclose(components.std, 1 + first, rtol=1e-6)


@pytest.mark.parametrize("size", [0.0, 5.0, 80.0])
def test_pseudo_inputs_are_images_wherever_learning_takes_them(size):
    prior = make()
    prior.pixel_logits[...] = size * jnp.sign(prior.pixel_logits[...])
    pixels = prior.pseudo_inputs()
    assert pixels.shape == (3, *SHAPE)
    assert ((pixels >= 0) & (pixels <= 1)).all()


def test_gradients_reach_pseudo_inputs_and_weights():
    structure, params = structure_of(make), unbind(make())

    def score(params):
        prior = bind(structure, params)
        return jnp.sum(prior.components(encode).mean ** 2) + prior.log_weights()[0]

    gradient = jax.grad(score)(params)
    assert (gradient["pixel_logits"] != 0).any(axis=(1, 2, 3)).all()
    assert (gradient["weights"]["logits"] != 0).all()


def test_weights_that_are_not_learned_stay_even():
    structure = structure_of(lambda: make(dataclasses.replace(CONFIG, learn_weights=False)))
    params = unbind(make())
    gradient = jax.grad(lambda p: bind(structure, p).log_weights()[0])(params)
    assert (gradient["weights"]["logits"] == 0).all()
    np.testing.assert_allclose(jnp.exp(bind(structure, params).log_weights()), 1 / 3, rtol=1e-6)


def test_log_weights_density_is_scipys_dirichlet():
    expected = scipy.stats.dirichlet.logpdf(np.full(3, 1 / 3), np.full(3, 4.0))
    np.testing.assert_allclose(make().log_weights_density(), expected, rtol=1e-5)
    assert make(dataclasses.replace(CONFIG, learn_weights=False)).log_weights_density() == 0


def test_only_pseudo_inputs_start_from_the_data():
    images = np.random.default_rng(0).uniform(size=(9, *SHAPE)).astype(np.float32)
    start = CONFIG.starting_params(images, seed=0)
    assert {name: array.shape for name, array in start.items()} == {"pixel_logits": (3, *SHAPE)}
    assert start.keys() < unbind(make()).keys()


@pytest.mark.parametrize(
    "model", [ModelConfig(latent_layout="per_component"), ModelConfig(latent_layout="shared")]
)
def test_it_needs_one_posterior_that_sees_nothing_but_the_image(model):
    problems = [*model_misfits(SSVAEConfig(model=model, prior=VampPriorConfig()), (8, 8, 1), 10)]
    needs = "prior=vamp is made of posteriors q(z|x), so it needs one that sees nothing else. "
    expected = [needs + "Try model.latent_layout=shared auxiliary=none."]
    assert problems == (expected if model.latent_layout == "per_component" else [])
