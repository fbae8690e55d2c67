"""The objective: identities between presets, the sum, what each term listens to, finite differences."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.classifiers.recipes import HeadConfig, TauConfig
from ssvae.model.objective import bound, loss_terms, weighted_sum
from ssvae.model.penalties import unevenness
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS, absence
from ssvae.networks.binding import unbind
from ssvae.priors.recipes import MixturePriorConfig, StandardPriorConfig
from ssvae.training.schedules import term_weights

NUM_TRAIN = jnp.array(100.0)


def terms_of(model, batch, key):
    return loss_terms(model, model.classifier.initial_statistics(), batch, key, NUM_TRAIN)[0]


def test_every_term_of_the_table_is_computed(config, build, batch, getkey):
    terms = terms_of(build(config), batch, getkey())
    assert sorted(terms) == sorted(TERMS)
    assert all(jnp.isfinite(value) and value.shape == () for value in terms.values())


def test_the_total_is_the_weighted_sum(config, build, batch, getkey):
    terms = terms_of(build(config), batch, getkey())
    weights = {name: jnp.float32(0.5 + i) for i, name in enumerate(TERMS)}
    expected = sum(float(weights[name]) * float(terms[name]) for name in TERMS)
    np.testing.assert_allclose(weighted_sum(terms, weights), expected, rtol=1e-6)


def test_one_component_at_the_origin_is_the_standard_prior(config, build, batch, getkey):
    """Mixture with K = 1, mean 0 and std 1 ≡ standard prior, with kl.c = 0."""
    key = getkey()
    one = dataclasses.replace(
        config, prior=MixturePriorConfig(num_components=1, init_radius=0.0), classifier=HeadConfig()
    )
    mixture, standard = build(one), build(dataclasses.replace(one, prior=StandardPriorConfig()))
    for part in ("encoder", "decoder", "classifier"):
        setattr(standard, part, getattr(mixture, part))
    found, expected = terms_of(mixture, batch, key), terms_of(standard, batch, jax.random.clone(key))
    for name in TERMS:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(found["loss.kl.c"], 0.0, atol=1e-6)


def test_kl_terms_are_the_log_sum_over_components(config, build, batch, getkey):
    """kl.z + kl.c = −log Σ_c π_c exp(−KL_c), because the responsibilities are the closed form."""
    model = build(config)
    posterior = model.posterior(batch.images)
    parts = bound(model, posterior, batch.images, posterior.code.mean)
    expected = -jax.nn.logsumexp(model.prior.log_weights()[None, :] - posterior.kl_per_component, axis=1)
    np.testing.assert_allclose(parts.kl_z + parts.kl_c, expected, rtol=1e-5)


def test_the_classifier_term_completes_the_bound_on_images_with_labels(config, build, batch):
    """U(x) − log Σ_c r_c τ_cy = −log Σ_c π_c exp(−KL_c) τ_cy + recon: the labeled bound, minimized over r."""
    model = build(config)
    statistics = model.classifier.initial_statistics()
    posterior = model.posterior(batch.labeled_images)
    parts = bound(model, posterior, batch.labeled_images, posterior.code.mean)
    log_probs = model.classifier.log_probs(posterior.code.mean, posterior.log_responsibilities, statistics)
    found = parts.kl_z + parts.kl_c - log_probs[jnp.arange(5), batch.labels]
    log_tau = jnp.log(model.classifier.tau(statistics))[:, batch.labels].T
    scores = model.prior.log_weights()[None, :] - posterior.kl_per_component + log_tau
    np.testing.assert_allclose(found, -jax.nn.logsumexp(scores, axis=1), rtol=1e-5)


def test_components_can_be_renumbered(config, build, batch, getkey):
    key, order = getkey(), jnp.array([2, 0, 3, 1])
    model = build(config)
    statistics = model.classifier.initial_statistics()
    before = loss_terms(model, statistics, batch, key, NUM_TRAIN)[0]
    for parameter in (model.prior.means, model.prior.log_stds, model.prior.logits):
        parameter[...] = parameter[...][order]
    renumbered = {"tau_counts": statistics["tau_counts"][order]}
    after = loss_terms(model, renumbered, batch, jax.random.clone(key), NUM_TRAIN)[0]
    for name in TERMS:
        np.testing.assert_allclose(after[name], before[name], rtol=1e-5, err_msg=name)


def test_a_batch_without_labels_has_no_classifier_term_and_counts_nothing(config, build, batch, getkey):
    model = build(config)
    statistics = model.classifier.initial_statistics()
    bare = batch._replace(labeled_images=batch.labeled_images[:0], labels=batch.labels[:0])
    terms, after = loss_terms(model, statistics, bare, getkey(), NUM_TRAIN)
    assert terms["loss.classifier"] == 0
    np.testing.assert_array_equal(after["tau_counts"], statistics["tau_counts"])


@pytest.mark.parametrize("classifier", [TauConfig(), HeadConfig(hidden_sizes=(4,))])
def test_gradients_agree_with_finite_differences(config, batch, classifier):
    """Along random directions, in float64, for the weighted sum of all terms."""
    with jax.enable_x64():
        structure = Structure.of(dataclasses.replace(config, classifier=classifier), (4, 4, 1), 3)
        params = jax.tree.map(lambda x: x.astype(jnp.float64), structure.initial_params(jax.random.key(0)))
        wide = batch._replace(
            images=batch.images.astype(jnp.float64), labeled_images=batch.labeled_images.astype(jnp.float64)
        )
        weights = {name: jnp.float64(0.7) for name in TERMS}

        def loss(params):
            model = structure.bind(params)
            statistics = model.classifier.initial_statistics()
            terms, _ = loss_terms(model, statistics, wide, jax.random.key(1), jnp.float64(100))
            return weighted_sum(terms, weights)

        loss_and_gradient = jax.jit(jax.value_and_grad(loss))
        rng = np.random.default_rng(2)
        direction = jax.tree.map(lambda x: rng.normal(size=x.shape), params)
        step = 1e-5
        ahead, behind = (
            loss_and_gradient(jax.tree.map(lambda p, d, s=sign: p + s * step * d, params, direction))[0]
            for sign in (1, -1)
        )
        leaves = zip(jax.tree.leaves(loss_and_gradient(params)[1]), jax.tree.leaves(direction), strict=True)
        slope = sum(np.sum(np.asarray(g) * d) for g, d in leaves)
        np.testing.assert_allclose((ahead - behind) / (2 * step), slope, rtol=1e-6)


def test_unevenness_is_zero_for_even_use_and_log_k_for_one_component():
    even = jnp.log(jnp.full((4, 4), 0.25))
    one_hot = jnp.where(jnp.eye(4) > 0, 0.0, -jnp.inf)
    collapsed = jnp.where(jnp.arange(4)[None, :] == 0, 0.0, jnp.full((4, 4), -jnp.inf))
    np.testing.assert_allclose(unevenness(even), 0.0, atol=1e-6)
    np.testing.assert_allclose(unevenness(one_hot), 0.0, atol=1e-6)
    np.testing.assert_allclose(unevenness(collapsed), np.log(4), rtol=1e-6)


def test_unevenness_of_the_printed_rows():
    rows = jnp.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(unevenness(jnp.log(rows)), np.log(3) - 1.0821955300, rtol=1e-5)


@pytest.mark.parametrize(
    ("changes", "key", "reason", "remedy"),
    [
        ({"prior": StandardPriorConfig(), "classifier": HeadConfig()}, "loss.diversity", "the prior has one component", "prior=mixture"),
        ({"prior": MixturePriorConfig(learn_weights=False)}, "loss.dirichlet", "π is fixed", "prior.learn_weights=true"),
        ({}, "loss.diversity", "model.diversity_weight is 0", "model.diversity_weight=1.0"),
    ],
)  # fmt: skip
def test_an_absent_term_says_why_and_what_to_type(config, changes, key, reason, remedy):
    assert absence(key, dataclasses.replace(config, **changes)) == (reason, remedy)


def test_weights_name_settings_that_exist(config):
    assert set(term_weights(config.model)) == set(TERMS)
    assert all(hasattr(config.model, term.weight) for term in TERMS.values())


def test_parameters_are_a_function_of_the_key(config):
    structure = Structure.of(config, (4, 4, 1), 3)
    first, again, other = (
        unbind(structure.bind(structure.initial_params(jax.random.key(k)))) for k in (0, 0, 1)
    )
    assert jax.tree.all(jax.tree.map(lambda a, b: (a == b).all(), first, again))
    assert (first["prior"]["means"] != other["prior"]["means"]).any()
