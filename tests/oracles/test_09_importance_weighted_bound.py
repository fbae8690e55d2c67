"""Group 9: the importance-weighted bound. Printed values of a linear-Gaussian example, computed with scipy; then what has
no part in it. Whole models against log p(x) by quadrature: test_exact_marginal.py.
"""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from ssvae.auxiliaries.recipes import SkipAuxiliaryConfig
from ssvae.classifiers.recipes import NoClassifierConfig
from ssvae.model.importance import log_importance_weights, log_marginal
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.routing.recipes import HardRoutingConfig, SoftRoutingConfig

LOG_P = -1.7411343718
"""log p(x) for z ~ N(0, 1), x|z ~ N(2z + 0.5, 0.7²) at x = 1.3."""
POSTERIOR = (0.3563474388, 0.1091314031**0.5)


def log_weights(key, samples, rows, mean, std):
    """log p(z) p(x|z) / q(z), (sample, row)."""
    z = mean + std * jax.random.normal(key, (samples, rows))
    log = jax.scipy.stats.norm.logpdf
    return log(z) + log(1.3, 2 * z + 0.5, 0.7) - log(z, mean, std)


def test_the_example_is_what_scipy_says():
    assert scipy.stats.norm.logpdf(1.3, 0.5, np.sqrt(4 + 0.49)) == pytest.approx(LOG_P, rel=1e-9)


def test_the_bound_of_a_poor_posterior_has_the_printed_value(getkey):
    weights = log_weights(getkey(), 1, 400_000, POSTERIOR[0] + 0.2, POSTERIOR[1] * 1.3)
    error = float(weights.std()) / np.sqrt(400_000)
    assert abs(float(log_marginal(weights).log_prob.mean()) + 2.0070354135) < 5 * error


@pytest.mark.parametrize(("samples", "printed"), [(5, -1.7716), (50, -1.7445), (500, -1.7410)])
def test_more_samples_have_the_printed_values(getkey, samples, printed):
    weights = log_weights(getkey(), samples, 2_000_000 // samples, POSTERIOR[0] + 0.2, POSTERIOR[1] * 1.3)
    found = log_marginal(weights).log_prob
    # The printed values are means of draws themselves, good to .003.
    assert float(found.mean()) == pytest.approx(printed, abs=0.003)


def test_the_true_posterior_is_exact_with_one_sample(getkey):
    found = log_marginal(log_weights(getkey(), 7, 100, *POSTERIOR))
    np.testing.assert_allclose(found.log_prob, LOG_P, rtol=1e-5)
    np.testing.assert_allclose(found.effective_samples, 7.0, rtol=1e-4)


def test_one_weight_that_decides_counts_as_one_sample():
    found = log_marginal(jnp.array([[0.0], [-100.0], [-100.0]]))
    np.testing.assert_allclose(found.effective_samples, 1.0, rtol=1e-5)
    np.testing.assert_allclose(found.log_prob, -np.log(3), rtol=1e-5)


IMAGE_SHAPE = (2, 2, 1)
SHARED = SSVAEConfig(
    model=ModelConfig(latent_dim=1),
    prior=MixturePriorConfig(num_components=3),
    encoder=DenseEncoderConfig(hidden_sizes=(4,)),
    decoder=DenseDecoderConfig(hidden_sizes=(4,)),
    classifier=NoClassifierConfig(),
)
PER_COMPONENT = dataclasses.replace(
    SHARED,
    model=ModelConfig(latent_dim=1, latent_layout="per_component"),
    decoder=DenseDecoderConfig(hidden_sizes=(4,), conditioning="concat"),
    routing=SoftRoutingConfig(responsibilities="encoder"),
)


def made(config, key):
    """Structure, and a model whose every parameter differs from its start, so that components differ too."""
    structure = Structure.of(config, IMAGE_SHAPE, 3)
    params = structure.initial_params(jax.random.key(5))
    leaves, form = jax.tree.flatten(params)
    keys = jax.random.split(key, len(leaves))
    moved = [leaf + 0.3 * jax.random.normal(k, leaf.shape) for leaf, k in zip(leaves, keys, strict=True)]
    return structure, structure.bind(jax.tree.unflatten(form, moved))


def test_the_encoders_choice_of_a_component_has_no_part_in_it(getkey):
    structure, model = made(PER_COMPONENT, getkey())
    images, key = jax.random.uniform(getkey(), (3, *IMAGE_SHAPE)), getkey()
    before = log_importance_weights(model, images, structure.noise_shape, 5, key)
    model.component_head.kernel[...] = jax.random.normal(getkey(), model.component_head.kernel[...].shape)
    after = log_importance_weights(model, images, structure.noise_shape, 5, jax.random.clone(key))
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("routing", [HardRoutingConfig(), SoftRoutingConfig(responsibilities="posterior_z")])
def test_routing_has_no_part_in_it(getkey, routing):
    key, other = getkey(), getkey()
    images = jax.random.uniform(getkey(), (3, *IMAGE_SHAPE))
    found = []
    for config in (SHARED, dataclasses.replace(SHARED, routing=routing)):
        structure, model = made(config, jax.random.clone(key))
        weights = log_importance_weights(model, images, structure.noise_shape, 5, jax.random.clone(other))
        found.append(np.asarray(weights))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5)


@pytest.mark.slow
def test_with_an_auxiliary_variable_more_samples_raise_the_bound(getkey):
    config = dataclasses.replace(PER_COMPONENT, auxiliary=SkipAuxiliaryConfig(dim=1, hidden_sizes=(4,)))
    structure, model = made(config, getkey())
    images = jax.random.bernoulli(getkey(), 0.5, (4, *IMAGE_SHAPE)).astype(jnp.float32)
    weights = log_importance_weights(model, images, structure.noise_shape, 3000, getkey())
    means = [
        float(jax.vmap(log_marginal)(weights.reshape(3000 // k, k, 4)).log_prob.mean()) for k in (1, 10, 300)
    ]
    assert means == sorted(means)
    # All binary images of four pixels: their probabilities sum to one.
    every = jnp.array([[(n >> bit) & 1 for bit in range(4)] for n in range(16)], jnp.float32)
    weights = log_importance_weights(
        model, every.reshape(16, *IMAGE_SHAPE), structure.noise_shape, 4000, getkey()
    )
    assert float(jnp.exp(log_marginal(weights).log_prob).sum()) == pytest.approx(1.0, abs=0.05)
