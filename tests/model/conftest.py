"""Small models and batches, made in a moment."""

from functools import partial

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

from ssvae.batch import Batch
from ssvae.model.inference import infer, no_noise
from ssvae.model.objective import ObjectiveSettings, loss_terms
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig

IMAGE_SHAPE = (4, 4, 1)
NUM_CLASSES = 3


@pytest.fixture
def config():
    return SSVAEConfig(
        model=ModelConfig(latent_dim=2),
        prior=MixturePriorConfig(num_components=4),
        encoder=DenseEncoderConfig(hidden_sizes=(6,)),
        decoder=DenseDecoderConfig(hidden_sizes=(6,)),
    )


@pytest.fixture
def build():
    """Recipe → model with parameters from a fixed key."""
    return lambda config: config.build(IMAGE_SHAPE, NUM_CLASSES, rngs=nnx.Rngs(params=jax.random.key(3)))


@pytest.fixture
def batch(getkey):
    return Batch(
        jax.random.uniform(getkey(), (7, *IMAGE_SHAPE)),
        jax.random.uniform(getkey(), (5, *IMAGE_SHAPE)),
        jnp.array([0, 1, 2, 0, 1]),
    )


def settings(**changes):
    """Objective settings: every weight 1, a hundred training images."""
    plain = ObjectiveSettings(
        weights={name: jnp.float32(1.0) for name in TERMS},
        temperature=jnp.float32(0.7),
        free_bits=jnp.float32(0.0),
        confidence=jnp.float32(0.5),
        num_train=jnp.float32(100.0),
    )
    return plain._replace(**changes)


@pytest.fixture
def make_settings():
    """A function that makes objective settings; its keywords change some."""
    return settings


@pytest.fixture
def terms_of():
    """(recipe, model, batch, key) → the terms; keywords change the settings."""

    def compute(config, model, batch, key, statistics=None, **changes):
        plan = Structure.of(config, IMAGE_SHAPE, NUM_CLASSES).plan()
        statistics = model.classifier.initial_statistics() if statistics is None else statistics
        terms = jax.jit(partial(loss_terms, model, plan))  # else each step is compiled by itself
        return terms(statistics, batch, key, settings(**changes))

    return compute


@pytest.fixture
def infer_means():
    """(recipe, model, images) → (prior, what is inferred of the images without any noise)."""

    def compute(config, model, images):
        mixture = model.mixture()
        shape = Structure.of(config, IMAGE_SHAPE, NUM_CLASSES).noise_shape
        return mixture, jax.jit(partial(infer, model))(mixture, images, no_noise(shape, len(images)))

    return compute
