"""Mistakes that were made elsewhere in models of this kind, each kept away by a test of its own.

The full tests of each part are in its room; here is one line of reasoning per mistake. Those that show only in a training
run (the prior over weights, terms of the total) are in test_in_training.py.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from ssvae.classifiers.recipes import TauConfig
from ssvae.data.recipes import DigitsConfig, SyntheticConfig
from ssvae.evaluation.metrics.detection_scores import ood_scores
from ssvae.evaluation.metrics.responsibilities import (
    active_components,
    confidence,
    effective_number,
    information,
)
from ssvae.evaluation.metrics.tau_classifier import certainty, named_components
from ssvae.likelihoods.recipes import LIKELIHOODS, BernoulliConfig, HeteroscedasticConfig
from ssvae.misfits import model_misfits
from ssvae.model.inference import draw
from ssvae.model.penalties import unevenness
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.ssvae import Mixture, Posterior
from ssvae.priors.recipes import GeometricPriorConfig, MixturePriorConfig
from ssvae.probability.gaussian import DiagonalGaussian
from ssvae.training.streams import labeled_stream


def test_one_sigma_per_image_pays_for_every_pixel():
    """D1, SE/2σ² + 1·log σ: at the optimum σ is the root mean squared error, not the root of the sum."""
    likelihood = HeteroscedasticConfig(sigma_min=0.001, sigma_max=1.0).build()
    images, errors = jnp.full((1, 4, 4, 1), 0.5), 0.1

    def nats(sigma):
        s = jnp.log((sigma - 0.001) / (1.0 - sigma))  # the inverse of the bounded sigmoid
        outputs = jnp.concatenate([images + errors, jnp.full_like(images, s)], axis=-1)
        return -likelihood.log_prob(outputs, images)[0]

    assert abs(float(jax.grad(nats)(jnp.float32(errors)))) < 0.1
    assert float(jax.grad(nats)(jnp.float32(0.05))) < -100
    assert float(jax.grad(nats)(jnp.float32(0.4))) > 10  # √SE, where the mistake has its optimum


@pytest.mark.parametrize("s", [-5.0, 0.0, 5.0])
def test_sigma_has_a_slope_at_its_start_and_far_from_it(s):
    """D2, σ = clip(σ_min + softplus(s)): clipped at the start, with no gradient for ever."""
    likelihood = HeteroscedasticConfig().build()

    def sigma(s):
        return likelihood.std(jnp.broadcast_to(s, (1, 1, 1, 2)))[0, 0, 0, 0]

    assert jax.grad(sigma)(jnp.float32(s)) > 1e-3 * 0.45


def test_a_sure_decoder_reaches_the_floor_of_its_pixels():
    """D3, a sigmoid before a loss that takes logits: black and white pixels could never cost less than log 2 · 0.55."""
    images = jnp.array([0.0, 1.0]).reshape(1, 1, 2, 1)
    assert -BernoulliConfig().build().log_prob(200 * (images - 0.5), images)[0] < 1e-6


def test_components_that_could_never_differ_are_refused():
    """D4, a "mixture" with p(z|c) = N(0, I) for every c, and a decoder that does not see c."""
    same = SSVAEConfig(prior=MixturePriorConfig(learn_means=False, init_radius=0.0))
    assert "nothing could tell them apart" in next(iter(model_misfits(same, (8, 8, 1), 10)))


def test_the_cost_of_the_code_does_not_grow_with_unused_components(config_of_components):
    """D5, the KL of all K codes summed: it is weighed by q(c|x)."""
    few, many = config_of_components(2), config_of_components(64)
    assert abs(few - many) < 1e-4


@pytest.fixture
def config_of_components():
    """K → Σ_c q(c|x) KL_c, when the first two components share an image and the others are far away."""

    def compute(count):
        means = jnp.where(jnp.arange(count)[:, None] < 2, jnp.arange(count)[:, None] * 1.0, 50.0)
        mixture = Mixture(jnp.zeros(count), DiagonalGaussian(means, jnp.ones((count, 1))))
        code = DiagonalGaussian(jnp.full((1, 1, 1), 0.5), jnp.full((1, 1, 1), 0.5))
        drawn = draw("closed_form", mixture, Posterior(code, None, None), jnp.zeros((1, 1, 1)))
        q = jnp.exp(drawn.log_responsibilities[0, 0])
        return float(jnp.sum(q * drawn.kl[0, 0, :, 0]))

    return compute


def test_responsibilities_of_a_prior_are_its_own_posterior(getkey):
    """D6, responsibilities from a head that has nothing to do with the components: p(c|z) is Bayes' rule."""
    means = jnp.array([[-2.0], [2.0]])
    mixture = Mixture(jnp.log(jnp.array([0.5, 0.5])), DiagonalGaussian(means, jnp.ones((2, 1))))
    code = DiagonalGaussian(jnp.array([[[-2.0]], [[2.0]]]), jnp.full((2, 1, 1), 0.1))
    drawn = draw("posterior_z", mixture, Posterior(code, None, None), jax.random.normal(getkey(), (2, 1, 1)))
    assert jnp.exp(drawn.log_responsibilities)[0, 0, 0] > 0.99
    assert jnp.exp(drawn.log_responsibilities)[1, 0, 1] > 0.99


def test_counts_forget_and_the_label_decides():
    """D7, counts that only ever grow, with an E-step that ignores the label."""
    classifier = TauConfig(decay=0.5, smoothing=1e-6).build(2, 2, 2, rngs=None)
    statistics = {"tau_counts": jnp.array([[1000.0, 0.0], [0.0, 1000.0]])}
    swapped = jnp.log(jnp.array([[1e-6, 1.0], [1.0, 1e-6]]))
    for _ in range(40):
        statistics = classifier.updated_statistics(statistics, swapped, jnp.array([0, 1]))
    np.testing.assert_array_equal(classifier.tau(statistics).argmax(axis=1), [1, 0])


def test_free_components_can_be_none_and_can_be_some():
    """D8, thresholds that nothing reaches: every component always counted as free."""
    sure, labels = np.array([[0.9, 0.1], [0.2, 0.8]]), np.ones(2)
    assert named_components(sure, labels).all()
    unsure = np.array([[0.9, 0.1], [0.55, 0.45]])
    np.testing.assert_array_equal(named_components(unsure, labels), [True, False])
    np.testing.assert_array_equal(named_components(sure, np.array([0.0, 0.5])), [False, True])


def test_every_step_sees_labels():
    """D9, labeled images scattered among ordinary batches: most steps saw none."""
    rows, labels = np.arange(100), np.arange(100) % 10
    stream = labeled_stream(rows, labels, steps=400, batch_size=64, seed=0, epoch=1)
    assert stream.shape == (400, 64)
    assert all(len(np.unique(labels[batch])) == 10 for batch in stream)


def test_a_test_set_is_apart_from_training_and_its_labels_are_hidden():
    """D10, accuracy on training images, labeled ones among them."""
    dataset = SyntheticConfig(noise=0.3).load()
    train, test = (split.images.reshape(len(split), -1) for split in (dataset.train, dataset.test))
    assert not set(map(bytes, train)) & set(map(bytes, test))
    assert len(dataset.labeled_indices) == 40 < len(dataset.train)


@pytest.mark.parametrize("variant", LIKELIHOODS)
def test_every_likelihood_is_in_nats_at_weight_one(variant):
    """D11, one weight for squared errors, another for cross-entropies: the sum over pixels, each in nats."""
    likelihood = LIKELIHOODS[variant]()
    outputs = jnp.full((1, 2, 2, likelihood.outputs_per_pixel), 0.2)
    images = jnp.full((1, 2, 2, 1), 0.5)
    whole = likelihood.build().log_prob(outputs, images)
    quarter = likelihood.build().log_prob(outputs[:, :1, :1], images[:, :1, :1])
    np.testing.assert_allclose(whole, 4 * quarter, rtol=1e-5)
    assert ModelConfig().recon_weight == 1.0


def test_even_use_out_of_indecision_is_told_from_even_use():
    """D12 and k_eff alone: uniform q(c|x) for every image looks perfect until information is asked for."""
    undecided, sure = np.full((4, 4), 0.25), np.eye(4)
    assert effective_number(undecided.mean(axis=0)) == effective_number(sure.mean(axis=0)) == pytest.approx(4)
    assert float(unevenness(jnp.log(jnp.asarray(undecided)))) == pytest.approx(0, abs=1e-6)
    assert information(undecided) == pytest.approx(0, abs=1e-9)
    assert information(sure) == pytest.approx(math.log(4))
    assert (confidence(undecided), confidence(sure)) == (0.25, 1.0)


def test_two_components_of_one_class_are_no_doubt_about_the_class():
    """D14: certainty by component is never above, and may be half of, the probability of the class."""
    tau, shared = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.5, 0.5]])
    assert certainty(shared, tau)[0] == 0.5
    assert ood_scores(shared @ tau)[0] == pytest.approx(0.0)


def test_fixed_places_lie_far_enough_apart_or_a_warning_says_so():
    """D15, ten components on a circle of radius 2: neighbors share a quarter of their mass."""
    assert GeometricPriorConfig().radius_used == pytest.approx(6.47, abs=0.005)
    assert list(GeometricPriorConfig().warnings()) == []
    (finding,) = GeometricPriorConfig(radius=2.0).warnings()
    assert finding.kind == "overlapping_components"
    assert "1.24 σ apart, so 27%" in finding.text
    assert scipy.stats.norm.cdf(-0.62) == pytest.approx(0.27, abs=0.005)


def test_many_components_used_evenly_are_active():
    """D16, an absolute bound of .01: with a hundred components none is active."""
    assert active_components(np.full(100, 0.01)).all()


def test_digits_keep_their_size_and_every_split_its_classes():
    """D17, 8×8 digits pasted into 28×28 zeros, and the last fifth of the file as the test set."""
    dataset = DigitsConfig().load()
    assert dataset.train.images.shape[1:] == (8, 8, 1)
    shares = np.bincount(dataset.test.labels) / len(dataset.test) - np.bincount(dataset.train.labels) / len(
        dataset.train
    )
    assert np.abs(shares).max() < 0.005
