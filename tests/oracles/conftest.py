"""A few tiny models whose parameters all differ from their start, so that nothing agrees by accident."""

import dataclasses

import jax
import jax.numpy as jnp
import pytest

from ssvae.auxiliaries.recipes import SkipAuxiliaryConfig
from ssvae.classifiers.recipes import ComponentConfig, TauConfig
from ssvae.model.inference import draw_noise, infer
from ssvae.model.objective import ObjectiveSettings
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.routing.recipes import SoftRoutingConfig

IMAGE_SHAPE = (3, 3, 1)
NUM_CLASSES = 3

MIXTURE = SSVAEConfig(
    model=ModelConfig(latent_dim=2),
    prior=MixturePriorConfig(num_components=4),
    encoder=DenseEncoderConfig(hidden_sizes=(5,)),
    decoder=DenseDecoderConfig(hidden_sizes=(5,)),
    classifier=TauConfig(),
)
M2 = dataclasses.replace(
    MIXTURE,
    model=ModelConfig(latent_dim=2, latent_layout="per_component", labeled_weight=1.0),
    prior=MixturePriorConfig(
        num_components=3, learn_means=False, learn_scales=False, learn_weights=False, init_radius=0.0
    ),
    decoder=DenseDecoderConfig(hidden_sizes=(5,), conditioning="concat"),
    classifier=ComponentConfig(),
    routing=SoftRoutingConfig(responsibilities="encoder"),
)
SDGM = dataclasses.replace(M2, auxiliary=SkipAuxiliaryConfig(dim=2, hidden_sizes=(4,)))
CONFIGS = {"mixture": MIXTURE, "m2": M2, "sdgm": SDGM}


@pytest.fixture
def config_of():
    """Name → recipe; keywords change parts of it."""
    return lambda name, **parts: dataclasses.replace(CONFIGS[name], **parts)


@pytest.fixture
def make():
    """Recipe → (structure, model); what is held at its start stays there."""

    def build(config, seed=0):
        structure = Structure.of(config, IMAGE_SHAPE, NUM_CLASSES)
        params = structure.initial_params(jax.random.key(seed))
        held = params.get("prior")
        leaves, form = jax.tree.flatten(params)
        keys = jax.random.split(jax.random.key(seed + 1), len(leaves))
        moved = [
            leaf + 0.4 * jax.random.normal(key, leaf.shape) for leaf, key in zip(leaves, keys, strict=True)
        ]
        params = jax.tree.unflatten(form, moved)
        if getattr(config.prior, "learn_means", True) is False:
            params["prior"] = held
        return structure, structure.bind(params)

    return build


@pytest.fixture
def inferred_of():
    """(structure, model, images, key) → what is inferred of the images."""

    def compute(structure, model, images, key):
        noise = draw_noise(structure.noise_shape, len(images), key)
        return infer(model, model.mixture(), images, noise)

    return compute


@pytest.fixture
def settings():
    """Every weight 1."""
    return ObjectiveSettings(
        weights={key: jnp.float32(1) for key in TERMS},
        temperature=jnp.float32(1),
        free_bits=jnp.float32(0.3),
        confidence=jnp.float32(0.4),
        num_train=jnp.float32(50),
    )
