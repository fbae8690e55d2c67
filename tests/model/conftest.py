"""Small models and batches, made in a moment."""

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

from ssvae.batch import Batch
from ssvae.model.recipes import ModelConfig, SSVAEConfig
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
