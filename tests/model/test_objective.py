"""The objective: identities between presets, the sum, what each term listens to, finite differences."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.augmentations.recipes import AffineConfig
from ssvae.auxiliaries.recipes import SkipAuxiliaryConfig
from ssvae.classifiers.recipes import ComponentConfig, HeadConfig, TauConfig
from ssvae.model.bound import bound
from ssvae.model.inference import draw_noise, infer
from ssvae.model.objective import class_log_probs, loss_terms, weighted_sum
from ssvae.model.penalties import disagreement, evenness, missing_bits, unevenness
from ssvae.model.recipes import ModelConfig
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS, absence
from ssvae.networks.binding import unbind
from ssvae.networks.recipes import DenseDecoderConfig
from ssvae.priors.recipes import MixturePriorConfig, StandardPriorConfig
from ssvae.routing.recipes import (
    GumbelRoutingConfig,
    SoftRoutingConfig,
    StraightThroughRoutingConfig,
    TopRoutingConfig,
)
from ssvae.training.schedules import term_weights

TEMPERATURE = jnp.float32(1.0)


def test_every_term_of_the_table_is_computed(config, build, batch, getkey, terms_of):
    terms, _ = terms_of(config, build(config), batch, getkey())
    assert sorted(terms) == sorted(TERMS)
    assert all(jnp.isfinite(value) and value.shape == () for value in terms.values())


def test_the_total_is_the_weighted_sum(config, build, batch, getkey, terms_of):
    terms, _ = terms_of(config, build(config), batch, getkey())
    weights = {name: jnp.float32(0.5 + i) for i, name in enumerate(TERMS)}
    expected = sum(float(weights[name]) * float(terms[name]) for name in TERMS)
    np.testing.assert_allclose(weighted_sum(terms, weights), expected, rtol=1e-6)


def test_one_component_at_the_origin_is_the_standard_prior(config, build, batch, getkey, terms_of):
    """Mixture with K = 1, mean 0 and std 1 ≡ standard prior, with kl.c = 0."""
    key = getkey()
    one = dataclasses.replace(
        config, prior=MixturePriorConfig(num_components=1, init_radius=0.0), classifier=HeadConfig()
    )
    plain = dataclasses.replace(one, prior=StandardPriorConfig())
    mixture, standard = build(one), build(plain)
    for part in ("encoder", "code_head", "decoder", "classifier"):
        setattr(standard, part, getattr(mixture, part))
    found, _ = terms_of(one, mixture, batch, key)
    expected, _ = terms_of(plain, standard, batch, jax.random.clone(key))
    for name in TERMS:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(found["loss.kl.c"], 0.0, atol=1e-6)


def test_kl_terms_are_the_log_sum_over_components(config, build, batch, infer_means):
    """kl.z + kl.c = −log Σ_c π_c exp(−KL_c), because the responsibilities are the closed form."""
    model = build(config)
    mixture, inferred = infer_means(config, model, batch.images)
    parts = bound(model, mixture, inferred, TEMPERATURE)
    costs = inferred.draw.kl[:, 0].sum(axis=-1)
    expected = -jax.nn.logsumexp(mixture.log_weights[None, :] - costs, axis=1)
    np.testing.assert_allclose(parts.kl_z + parts.kl_c, expected, rtol=1e-5)


def test_the_classifier_term_completes_the_bound_on_images_with_labels(config, build, batch, infer_means):
    """U(x) − log Σ_c r_c τ_cy = −log Σ_c π_c exp(−KL_c) τ_cy + recon: the labeled bound, minimized over r."""
    model = build(config)
    statistics = model.classifier.initial_statistics()
    mixture, inferred = infer_means(config, model, batch.labeled_images)
    parts = bound(model, mixture, inferred, TEMPERATURE)
    log_probs = class_log_probs(model, statistics, inferred.draw)
    found = parts.kl_z + parts.kl_c - log_probs[jnp.arange(5), batch.labels]
    log_tau = jnp.log(model.classifier.tau(statistics))[:, batch.labels].T
    scores = mixture.log_weights[None, :] - inferred.draw.kl[:, 0].sum(axis=-1) + log_tau
    np.testing.assert_allclose(found, -jax.nn.logsumexp(scores, axis=1), rtol=1e-5)


def test_with_the_closed_form_the_labeled_bound_is_the_unlabeled_one_and_the_classifier_term(
    config, build, batch, getkey, terms_of
):
    """L(x, y) = U(x) − log Σ_c r_c τ_cy: with the same images in both streams, loss.labeled is a sum of others."""
    config = dataclasses.replace(config, model=ModelConfig(latent_dim=2, labeled_weight=1.0))
    same = batch._replace(images=batch.labeled_images)
    model = build(config)
    mixture = model.mixture()
    # The two streams draw noise of their own; a posterior that is nearly a point takes it away.
    model.code_head.log_std.kernel[...] = jnp.zeros_like(model.code_head.log_std.kernel[...])
    model.code_head.log_std.bias[...] = jnp.full(2, -1e3)
    terms, _ = terms_of(config, model, same, getkey())
    parts = sum(terms[f"loss.{name}"] for name in ("recon", "kl.z", "kl.c", "classifier"))
    assert mixture.log_weights.shape == (4,)
    np.testing.assert_allclose(terms["loss.labeled"], parts, rtol=5e-3)  # σ = e⁻⁴ leaves that much noise


def test_components_can_be_renumbered(config, build, batch, getkey, terms_of):
    """Every component-wise array in another order: no term changes."""
    key, order = getkey(), jnp.array([2, 0, 3, 1])
    config = dataclasses.replace(
        config,
        model=ModelConfig(latent_dim=2, latent_layout="per_component", labeled_weight=1.0),
        decoder=DenseDecoderConfig(hidden_sizes=(6,), conditioning="film"),
        routing=SoftRoutingConfig(responsibilities="encoder"),
    )
    model = build(config)
    tables = (model.decoder.conditioning.scales, model.decoder.conditioning.shifts)
    for table in tables:
        table[...] = jax.random.normal(getkey(), table[...].shape)
    statistics = model.classifier.initial_statistics()
    before, _ = terms_of(config, model, batch, key, statistics)
    prior = model.prior
    for parameter in (prior.means, prior.log_stds, prior.weights.logits, *tables):
        parameter[...] = parameter[...][order]
    for layer in (model.code_head.mean, model.code_head.log_std, model.component_head):
        for parameter in (layer.kernel, layer.bias):
            columns = parameter[...].reshape(*parameter[...].shape[:-1], 4, -1)
            parameter[...] = jnp.take(columns, order, axis=-2).reshape(parameter[...].shape)
    renumbered = {"tau_counts": statistics["tau_counts"][order]}
    after, _ = terms_of(config, model, batch, jax.random.clone(key), renumbered)
    for name in TERMS:
        np.testing.assert_allclose(after[name], before[name], rtol=1e-4, atol=1e-6, err_msg=name)


def test_a_batch_without_labels_has_no_label_terms_and_counts_nothing(config, build, batch, getkey, terms_of):
    config = dataclasses.replace(config, model=ModelConfig(latent_dim=2, labeled_weight=1.0))
    model = build(config)
    statistics = model.classifier.initial_statistics()
    bare = batch._replace(labeled_images=batch.labeled_images[:0], labels=batch.labels[:0])
    terms, after = terms_of(config, model, bare, getkey(), statistics)
    assert terms["loss.classifier"] == terms["loss.labeled"] == 0
    np.testing.assert_array_equal(after["tau_counts"], statistics["tau_counts"])


PER_COMPONENT = ModelConfig(latent_dim=2, latent_layout="per_component", labeled_weight=1.0)
FILM = DenseDecoderConfig(hidden_sizes=(6,), conditioning="film")
ENCODER = {"responsibilities": "encoder"}

PRESETS = {
    "τ": {"classifier": TauConfig()},
    "head": {"classifier": HeadConfig(hidden_sizes=(4,))},
    "m2": {
        "model": PER_COMPONENT,
        "prior": MixturePriorConfig(num_components=3, learn_means=False, learn_scales=False, init_radius=0.0),
        "decoder": DenseDecoderConfig(hidden_sizes=(6,), conditioning="concat"),
        "classifier": ComponentConfig(),
        "routing": SoftRoutingConfig(**ENCODER),
    },
    "sdgm": {
        "model": PER_COMPONENT,
        "prior": MixturePriorConfig(num_components=3),
        "decoder": FILM,
        "classifier": ComponentConfig(),
        "routing": SoftRoutingConfig(**ENCODER),
        "auxiliary": SkipAuxiliaryConfig(dim=2, hidden_sizes=(5,)),
    },
    "top_m": {"decoder": FILM, "routing": TopRoutingConfig(num_active=2)},
    "gumbel": {"decoder": FILM, "routing": GumbelRoutingConfig(**ENCODER)},
    "posterior_z": {"routing": SoftRoutingConfig(responsibilities="posterior_z", kl_samples=3)},
    "cin": {"decoder": DenseDecoderConfig(hidden_sizes=(6,), conditioning="cin")},
}


QUICK = ("τ", "posterior_z")
"""The others differ in parts whose gradients have tests of their own."""


@pytest.mark.parametrize(
    "preset", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in PRESETS]
)
def test_gradients_agree_with_finite_differences(config, batch, preset, make_settings):
    """Along random directions, in float64, for the weighted sum of all terms."""
    with jax.enable_x64():
        config = dataclasses.replace(config, augmentation=AffineConfig(confidence=0.3), **PRESETS[preset])
        structure = Structure.of(config, (4, 4, 1), 3)
        rng = np.random.default_rng(2)
        # Away from the start, where tables of components are exactly 0.
        params = jax.tree.map(
            lambda x: x.astype(jnp.float64) + 0.1 * rng.normal(size=x.shape),
            structure.initial_params(jax.random.key(0)),
        )
        wide = batch._replace(
            images=batch.images.astype(jnp.float64), labeled_images=batch.labeled_images.astype(jnp.float64)
        )
        settings = jax.tree.map(
            lambda x: x.astype(jnp.float64),
            make_settings(weights={name: jnp.float32(0.7) for name in TERMS}, free_bits=jnp.float32(0.4)),
        )

        def loss(params):
            model = structure.bind(params)
            statistics = model.classifier.initial_statistics()
            terms, _ = loss_terms(model, structure.plan(), statistics, wide, jax.random.key(1), settings)
            return weighted_sum(terms, settings.weights)

        loss_and_gradient = jax.jit(jax.value_and_grad(loss))
        direction = jax.tree.map(lambda x: rng.normal(size=x.shape), params)
        if preset == "m2":  # what is held has no gradient, though the loss depends on it
            direction["prior"] = jax.tree.map(np.zeros_like, direction["prior"])
        step = 1e-6
        ahead, behind = (
            loss_and_gradient(jax.tree.map(lambda p, d, s=sign: p + s * step * d, params, direction))[0]
            for sign in (1, -1)
        )
        leaves = zip(jax.tree.leaves(loss_and_gradient(params)[1]), jax.tree.leaves(direction), strict=True)
        slope = sum(np.sum(np.asarray(g) * d) for g, d in leaves)
        np.testing.assert_allclose((ahead - behind) / (2 * step), slope, rtol=1e-5)


def test_straight_through_gradients_are_those_of_the_relaxed_choice_not_of_the_value(config, build, batch):
    """Its value jumps where a draw changes, so finite differences say nothing of it; it must still be finite."""
    config = dataclasses.replace(config, decoder=FILM, routing=StraightThroughRoutingConfig(**ENCODER))
    model = build(config)
    structure = Structure.of(config, (4, 4, 1), 3)
    params = unbind(model)

    def recon(params):
        bound_model = structure.bind(params)
        noise = draw_noise(structure.noise_shape, 7, jax.random.key(0))
        mixture = bound_model.mixture()
        return bound(
            bound_model, mixture, infer(bound_model, mixture, batch.images, noise), TEMPERATURE
        ).recon.sum()

    params["decoder"]["conditioning"]["shifts"] = jax.random.normal(jax.random.key(4), (4, 6))
    gradient = jax.jit(jax.grad(recon))(params)["component_head"]["kernel"]
    assert jnp.isfinite(gradient).all()
    assert (gradient != 0).any()


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


def test_evenness_is_zero_for_one_component_and_log_k_for_even_use():
    rows = jnp.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(evenness(jnp.log(rows)), 1.0821955300, rtol=1e-5)
    collapsed = jnp.where(jnp.arange(4)[None, :] == 0, 0.0, jnp.full((4, 4), -jnp.inf))
    np.testing.assert_allclose(evenness(collapsed), 0.0, atol=1e-6)


@pytest.mark.parametrize("penalty", [evenness, unevenness])
def test_a_single_component_is_used_neither_evenly_nor_unevenly(penalty):
    assert penalty(jnp.zeros((100, 1))) == 0.0


def test_free_bits_make_each_dimension_cost_at_least_their_own():
    """Σ_d KL_d + missing = Σ_d max(λ, KL_d), and what lies below λ has no gradient."""
    kl = jnp.array([[0.1, 2.0], [0.3, 4.0]])
    np.testing.assert_allclose(jnp.sum(jnp.mean(kl, axis=0)) + missing_bits(kl, jnp.float32(0.5)), 0.5 + 3.0)

    def cost(kl):
        return jnp.sum(jnp.mean(kl, axis=0)) + missing_bits(kl, jnp.float32(0.5))

    np.testing.assert_allclose(jax.grad(cost)(kl), [[0.0, 0.5], [0.0, 0.5]], atol=1e-7)
    assert missing_bits(kl, jnp.float32(0.0)) == 0


def test_only_sure_images_teach_their_copies_and_no_gradient_reaches_the_teacher():
    teacher = jnp.log(jnp.array([[0.95, 0.05], [0.6, 0.4]]))
    pupil = jnp.log(jnp.array([[0.5, 0.5], [0.1, 0.9]]))
    np.testing.assert_allclose(disagreement(teacher, pupil, jnp.float32(0.9)), np.log(2) / 2, rtol=1e-6)
    gradient = jax.grad(lambda t: disagreement(t, pupil, jnp.float32(0.5)))(teacher)
    assert (gradient == 0).all()


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
    assert set(term_weights(config)) == set(TERMS)
    assert all(hasattr(config.model, term.weight) for term in TERMS.values())


def test_parameters_are_a_function_of_the_key(config):
    structure = Structure.of(config, (4, 4, 1), 3)
    first, again, other = (
        unbind(structure.bind(structure.initial_params(jax.random.key(k)))) for k in (0, 0, 1)
    )
    assert jax.tree.all(jax.tree.map(lambda a, b: (a == b).all(), first, again))
    assert (first["prior"]["means"] != other["prior"]["means"]).any()
