"""Identities: presets that are one another under some setting, and presets written out by hand from their papers."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats

from ssvae.batch import Batch
from ssvae.classifiers.recipes import HeadConfig, NoClassifierConfig
from ssvae.model.bound import bound
from ssvae.model.inference import draw_noise, infer
from ssvae.model.objective import loss_terms
from ssvae.priors.recipes import GeometricPriorConfig, StandardPriorConfig, VampPriorConfig
from ssvae.routing.recipes import SoftRoutingConfig

IMAGE_SHAPE = (3, 3, 1)
ONE = jnp.float32(1)


def bernoulli(images, logits):
    """log p(x) of black and white pixels, in NumPy."""
    x, logits = np.asarray(images, np.float64), np.asarray(logits, np.float64)
    return np.sum(x * logits - np.logaddexp(0, logits), axis=(-3, -2, -1))


def normal(z, mean, std):
    return scipy.stats.norm.logpdf(z, np.asarray(mean, np.float64), np.asarray(std, np.float64)).sum(axis=-1)


def kl_to_standard(mean, std):
    mean, std = np.asarray(mean, np.float64), np.asarray(std, np.float64)
    return np.sum(0.5 * (std**2 + mean**2 - 1) - np.log(std), axis=-1)


def decoded(model, z, auxiliary, label):
    """Logits of each image under one class."""
    code = z if auxiliary is None else jnp.concatenate([z, auxiliary], axis=1)
    conditions = jnp.broadcast_to(jax.nn.one_hot(label, 3), (len(z), 3))
    return model.decoder(code, conditions)


def by_hand(model, inferred):
    """What each class costs each image in M2 or SDGM, from the networks' outputs: −log p(x|·) + KL(z) [+ a]."""
    costs = []
    for y in range(3):
        mean, std = (part[:, y] for part in inferred.posterior.code)
        z = inferred.draw.z[:, 0, y]
        auxiliary = inferred.auxiliary_value()
        cost = -bernoulli(inferred.images, decoded(model, z, auxiliary, y)) + kl_to_standard(mean, std)
        if auxiliary is not None:
            q, conditions = (
                inferred.posterior.auxiliary.distribution,
                jnp.broadcast_to(jax.nn.one_hot(y, 3), (len(z), 3)),
            )
            p = model.auxiliary.prior(z, conditions)
            cost += normal(auxiliary, *q) - normal(auxiliary, *p)
        costs.append(cost)
    return np.stack(costs, axis=1)


@pytest.mark.parametrize("name", ["m2", pytest.param("sdgm", marks=pytest.mark.slow)])
def test_the_sum_over_classes_is_the_papers(name, config_of, make, inferred_of, getkey):
    """U(x) = Σ_y q(y|x) [cost_y + log C] − H(q(y|x)): Kingma et al. 2014, eq. 7; Maaløe et al. 2016, eq. 9."""
    structure, model = make(config_of(name))
    images = jax.random.bernoulli(getkey(), 0.5, (6, *IMAGE_SHAPE)).astype(jnp.float32)
    inferred = inferred_of(structure, model, images, getkey())
    q = scipy.special.softmax(np.asarray(inferred.posterior.component_logits, np.float64), axis=1)
    expected = np.sum(q * (by_hand(model, inferred) + np.log(3) + np.log(q)), axis=1)
    np.testing.assert_allclose(bound(model, model.mixture(), inferred, ONE).total(), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["m2", "sdgm"])
def test_a_known_class_leaves_one_cost(name, config_of, make, settings, getkey):
    """L(x, y) = cost_y − log π_y: Kingma et al. 2014, eq. 6. It and the classifier's cross-entropy, on labeled rows."""
    structure, model = make(config_of(name))
    images = jax.random.bernoulli(getkey(), 0.5, (6, *IMAGE_SHAPE)).astype(jnp.float32)
    batch, key = Batch(images[:2], images[2:], jnp.array([0, 1, 2, 2])), getkey()
    terms, _ = loss_terms(model, structure.plan(), {}, batch, key, settings)
    noise = draw_noise(structure.noise_shape, 6, jax.random.split(jax.random.clone(key), 3)[0])
    inferred = infer(model, model.mixture(), images, noise)
    costs = by_hand(model, inferred)[np.arange(2, 6), [0, 1, 2, 2]]
    np.testing.assert_allclose(terms["loss.labeled"], costs.mean() + np.log(3), rtol=1e-5)
    log_q = scipy.special.log_softmax(np.asarray(inferred.posterior.component_logits[2:], np.float64), axis=1)
    np.testing.assert_allclose(terms["loss.classifier"], -log_q[np.arange(4), [0, 1, 2, 2]].mean(), rtol=1e-5)


@pytest.mark.slow
def test_fixed_places_at_the_origin_are_the_standard_prior_and_the_cost_of_a_choice(config_of, make, getkey):
    """geometric(R = 0) ≡ standard + KL(q(c|x) ‖ π), whatever q(c|x) is."""
    routing = SoftRoutingConfig(responsibilities="encoder")
    config = config_of(
        "mixture",
        prior=GeometricPriorConfig(num_components=4, radius=0.0),
        routing=routing,
        classifier=NoClassifierConfig(),
    )
    structure, model = make(config)
    _, plain = make(dataclasses.replace(config, prior=StandardPriorConfig(), routing=SoftRoutingConfig()))
    for part in ("encoder", "code_head", "decoder"):
        setattr(plain, part, getattr(model, part))
    images = jax.random.uniform(getkey(), (5, *IMAGE_SHAPE))
    noise = draw_noise(structure.noise_shape, 5, getkey())
    found, expected = (
        bound(one, one.mixture(), infer(one, one.mixture(), images, noise), ONE) for one in (model, plain)
    )
    np.testing.assert_allclose(found.kl_z, expected.kl_z, rtol=1e-5)
    np.testing.assert_allclose(found.recon, expected.recon, rtol=1e-6)
    q = jnp.exp(infer(model, model.mixture(), images, noise).draw.mean_log_responsibilities())
    np.testing.assert_allclose(found.kl_c, jnp.sum(q * jnp.log(4 * q), axis=1), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("responsibilities", ["closed_form", "posterior_z"])
def test_copies_of_one_pseudo_input_are_one_gaussian(config_of, make, getkey, responsibilities):
    """vamp with K copies of u ≡ the single Gaussian q(z|u)."""
    parts = {
        "routing": SoftRoutingConfig(responsibilities=responsibilities),
        "classifier": HeadConfig(hidden_sizes=()),
    }
    structure, model = make(config_of("mixture", prior=VampPriorConfig(num_components=3), **parts))
    logits = model.prior.pixel_logits
    logits[...] = jnp.broadcast_to(logits[...][:1], logits[...].shape)
    model.prior.weights.logits[...] = jnp.array([0.3, -1.0, 2.0])
    images = jax.random.uniform(getkey(), (5, *IMAGE_SHAPE))
    noise = draw_noise(structure.noise_shape, 5, getkey())
    inferred = infer(model, model.mixture(), images, noise)
    parts = bound(model, model.mixture(), inferred, ONE)
    single = [part[0] for part in model.mixture().components]
    mean, std = (np.asarray(part[:, 0], np.float64) for part in inferred.posterior.code)
    if responsibilities == "posterior_z":
        z = np.asarray(inferred.draw.z[:, 0, 0])
        expected = normal(z, mean, std) - normal(z, *single)
    else:
        p_mean, p_std = (np.asarray(part, np.float64) for part in single)
        expected = np.sum(
            np.log(p_std / std) + (std**2 + (mean - p_mean) ** 2) / (2 * p_std**2) - 0.5, axis=1
        )
    np.testing.assert_allclose(parts.kl_z + parts.kl_c, expected, rtol=2e-4, atol=1e-5)


def test_the_sampled_cost_of_code_and_component_is_that_of_the_mixture(config_of, make, getkey):
    """With p(c|z): kl.z + kl.c = mean over samples of log q(z|x) − log p(z)."""
    routing = SoftRoutingConfig(responsibilities="posterior_z", kl_samples=4)
    structure, model = make(config_of("mixture", routing=routing))
    images = jax.random.uniform(getkey(), (5, *IMAGE_SHAPE))
    inferred = infer(model, model.mixture(), images, draw_noise(structure.noise_shape, 5, getkey()))
    mixture, z = model.mixture(), np.asarray(inferred.draw.z[:, :, 0], np.float64)
    log_q = normal(z, inferred.posterior.code.mean, inferred.posterior.code.std)
    log_p = scipy.special.logsumexp(
        normal(z[:, :, None], *mixture.components) + np.asarray(mixture.log_weights, np.float64), axis=2
    )
    found = bound(model, mixture, inferred, ONE)
    np.testing.assert_allclose(found.kl_z + found.kl_c, (log_q - log_p).mean(axis=1), rtol=2e-4, atol=1e-5)


def test_a_classifier_by_component_is_m2s(config_of, make, inferred_of, getkey):
    """p(y|x) of M2 is q(y|x) itself."""
    structure, model = make(config_of("m2"))
    inferred = inferred_of(structure, model, jax.random.uniform(getkey(), (5, *IMAGE_SHAPE)), getkey())
    log_probs = model.classifier.log_probs(
        inferred.draw.expected_code(), inferred.draw.mean_log_responsibilities(), {}
    )
    np.testing.assert_allclose(
        jnp.exp(log_probs), jax.nn.softmax(inferred.posterior.component_logits, axis=1), rtol=1e-5
    )
