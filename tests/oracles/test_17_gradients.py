"""Group 17: the gradient of every term by itself against finite differences, and gradients that must be finite or 0."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.augmentations.recipes import AffineConfig
from ssvae.batch import Batch
from ssvae.classifiers.recipes import TauConfig
from ssvae.model.bound import bound
from ssvae.model.inference import draw_noise, infer
from ssvae.model.objective import loss_terms
from ssvae.model.recipes import ModelConfig
from ssvae.model.terms import TERMS
from ssvae.networks.binding import unbind

IMAGE_SHAPE = (3, 3, 1)


def wide(tree):
    """In float64."""
    return jax.tree.map(lambda x: x.astype(jnp.float64) if jnp.issubdtype(x.dtype, jnp.floating) else x, tree)


@pytest.fixture
def every_term(config_of):
    """A model for which every term is more than 0: an auxiliary variable, τ, copies of images, free bits."""
    return config_of(
        "sdgm",
        model=ModelConfig(latent_dim=2, latent_layout="per_component", labeled_weight=1.0),
        prior=config_of("mixture").prior,
        classifier=TauConfig(),
        augmentation=AffineConfig(confidence=0.3),
    )


@pytest.mark.slow
def test_every_term_has_the_slope_of_finite_differences(every_term, make, settings):
    with jax.enable_x64():
        structure, model = make(every_term)
        params = wide(unbind(model))
        rng = np.random.default_rng(0)
        batch = Batch(
            jnp.asarray(rng.uniform(size=(5, *IMAGE_SHAPE))),
            jnp.asarray(rng.uniform(size=(4, *IMAGE_SHAPE))),
            jnp.array([0, 1, 2, 1]),
        )
        statistics = wide(model.classifier.initial_statistics())
        generous = wide(settings._replace(free_bits=jnp.float32(5.0)))

        @jax.jit
        def terms(params):
            found, _ = loss_terms(
                structure.bind(params), structure.plan(), statistics, batch, jax.random.key(3), generous
            )
            return {key: found[key] for key in TERMS}

        direction = jax.tree.map(lambda x: jnp.asarray(rng.normal(size=x.shape)), params)
        value, slope = jax.jit(lambda p, d: jax.jvp(terms, (p,), (d,)))(params, direction)
        step = 1e-6
        ahead, behind = (
            terms(jax.tree.map(lambda p, d, s=sign: p + s * step * d, params, direction)) for sign in (1, -1)
        )
        for key in TERMS:
            assert value[key] != 0, key
            np.testing.assert_allclose(
                (ahead[key] - behind[key]) / (2 * step), slope[key], rtol=1e-5, err_msg=key
            )


@pytest.mark.slow
def test_a_batch_without_labels_has_finite_gradients_and_none_of_labels(config_of, make, settings, getkey):
    config = config_of("m2")
    structure, model = make(config)
    images = jax.random.uniform(getkey(), (4, *IMAGE_SHAPE))
    batch, key = Batch(images, images[:0], jnp.zeros(0, jnp.int32)), getkey()

    def terms(params):
        return loss_terms(structure.bind(params), structure.plan(), {}, batch, key, settings)[0]

    for term in ("loss.labeled", "loss.classifier"):
        gradient = jax.grad(lambda params, term=term: terms(params)[term])(unbind(model))
        assert all((leaf == 0).all() for leaf in jax.tree.leaves(gradient))
        key = jax.random.clone(key)


@pytest.mark.slow
def test_no_gradient_reaches_what_is_held(config_of, make, getkey):
    structure, model = make(config_of("m2"))
    images = jax.random.uniform(getkey(), (3, *IMAGE_SHAPE))
    noise = draw_noise(structure.noise_shape, 3, getkey())

    def total(params):
        one = structure.bind(params)
        return (
            bound(one, one.mixture(), infer(one, one.mixture(), images, noise), jnp.float32(1)).total().sum()
        )

    assert all((leaf == 0).all() for leaf in jax.tree.leaves(jax.grad(total)(unbind(model))["prior"]))
    assert not dataclasses.asdict(structure.config.prior)["learn_means"]
