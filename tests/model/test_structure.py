import jax
import numpy as np
import pytest
from flax import nnx

from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.networks.binding import unbind
from ssvae.networks.recipes import ConvEncoderConfig, DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig, VampPriorConfig

SHAPE = (8, 8, 1)


def structure(**parts) -> Structure:
    config = SSVAEConfig(
        model=ModelConfig(latent_dim=3),
        **{"encoder": DenseEncoderConfig(hidden_sizes=(5,)), "decoder": DenseDecoderConfig(hidden_sizes=(5,))}
        | parts,
    )
    return Structure.of(config, SHAPE, 4)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"encoder": ConvEncoderConfig()},
        {"prior": MixturePriorConfig(num_components=5)},
        {"prior": VampPriorConfig(num_components=4)},
    ],
)
def test_parameters_are_those_that_the_keys_of_flax_give(parts):
    ours = structure(**parts)
    rngs = nnx.Rngs(params=jax.random.key(7))
    expected = unbind(ours.config.build(SHAPE, 4, rngs=rngs))
    found = ours.initial_params(jax.random.key(7))
    assert jax.tree.structure(found) == jax.tree.structure(expected)
    jax.tree.map(lambda one, other: np.testing.assert_allclose(one, other, rtol=1e-5), found, expected)
    shapes = jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), ours.param_shapes())
    assert shapes == jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), found)


def test_shapes_and_numbers_come_of_one_pass_over_the_model(monkeypatch):
    passes = []
    build = SSVAEConfig.build
    monkeypatch.setattr(
        SSVAEConfig, "build", lambda *given, **rngs: passes.append(1) or build(*given, **rngs)
    )
    ours = structure(encoder=DenseEncoderConfig(hidden_sizes=(6, 7)))
    ours.param_shapes()
    ours.initial_params(jax.random.key(0))
    ours.bind(ours.initial_params(jax.random.key(1)))
    assert len(passes) == 1
