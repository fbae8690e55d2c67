"""Mistakes made elsewhere that only training shows; one small run of a mixture and one of a VampPrior for all of them."""

import dataclasses

import jax
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats

from ssvae.classifiers.recipes import HeadConfig
from ssvae.data.recipes import SyntheticConfig
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig, VampPriorConfig
from ssvae.routing.recipes import SoftRoutingConfig
from ssvae.training.fit import AbstractObserver, fit
from ssvae.training.recipes import TrainingConfig

MIXTURE = SSVAEConfig(
    model=ModelConfig(latent_dim=2),
    prior=MixturePriorConfig(num_components=6, concentration=3.0),
    encoder=DenseEncoderConfig(hidden_sizes=(8,)),
    decoder=DenseDecoderConfig(hidden_sizes=(8,)),
)
VAMP = dataclasses.replace(
    MIXTURE,
    prior=VampPriorConfig(num_components=5, learning_rate_scale=1.0),
    classifier=HeadConfig(hidden_sizes=()),
    routing=SoftRoutingConfig(responsibilities="posterior_z"),
)
# Three steps to an epoch, twelve in all.
TRAINING = TrainingConfig(
    epochs=4, batch_size=32, labeled_batch_size=8, learning_rate=1e-2, schedule="constant"
)


class Steps(AbstractObserver):
    """Keeps the terms of every step."""

    def __init__(self):
        self.terms = {}

    def epoch_done(self, row, steps):
        for key, values in steps.items():
            self.terms.setdefault(key, []).extend(np.asarray(values).tolist())

    def checkpoint_due(self, progress): ...

    def interruption(self): ...

    def trouble(self, text): ...

    def diverged(self, progress):
        return ""


@pytest.fixture(scope="module")
def dataset():
    return SyntheticConfig(num_train=96, num_validation=30, num_test=30, num_labeled=20, image_size=4).load()


@pytest.fixture(scope="module")
def run(dataset):
    """(the fit, its steps) of the mixture."""
    observer = Steps()
    return fit(MIXTURE, TRAINING, dataset, 0, observer), observer.terms


@pytest.fixture(scope="module")
def vamp(dataset):
    """The state of a VampPrior after four epochs, and its parameters before the first."""
    images = dataset.train.images / np.float32(dataset.levels)
    start = VAMP.prior.starting_params(images, 0)["pixel_logits"]
    return fit(VAMP, TRAINING, dataset, 0, Steps()).state, start


def test_components_have_places_of_their_own_and_learn_them(run):
    """D4, p(z|c) = N(0, I) for every c, for ever."""
    found, _ = run
    prior = found.state.params["prior"]
    assert scipy.spatial.distance.pdist(np.asarray(prior["means"])).min() > 0.1
    assert (np.asarray(prior["log_stds"]) != 0).all()  # where all of them start
    assert np.ptp(np.asarray(prior["weights"]["logits"])) > 0


def test_pseudo_inputs_and_their_weights_learn_in_training_and_stay_near_images(vamp):
    """D6, pseudo-inputs that nothing moved, and weights fixed at 1/K."""
    state, start = vamp
    change = np.abs(np.asarray(state.params["prior"]["pixel_logits"]) - start)
    assert (change.reshape(5, -1).max(axis=1) > 1e-3).all()
    assert change.max() < 12 * 3e-2  # twelve steps of Adam
    assert np.ptp(np.asarray(state.params["prior"]["weights"]["logits"])) > 0


def test_counts_keep_their_size_however_long_training_lasts(run):
    """D7, counts that every batch of every epoch adds to: here they fall from their start towards one batch."""
    counts = np.asarray(run[0].state.statistics["tau_counts"])
    start, batch = 5.0 * 6, 8
    assert counts.sum() == pytest.approx(batch + (start - batch) * 0.999**12, rel=1e-5)


def test_every_step_learns_from_labels(run):
    """D9, labels scattered among the images: most steps saw none."""
    classifier = run[1]["loss.classifier"]
    assert len(classifier) == 12
    assert min(classifier) > 0


def test_the_test_split_has_no_part_in_training(run, dataset):
    """D10: with other images and labels in it, training is the same to the bit."""
    other = dataclasses.replace(
        dataset.test, images=255 - dataset.test.images, labels=(dataset.test.labels + 1) % 4
    )
    again = fit(MIXTURE, TRAINING, dataclasses.replace(dataset, test=other), 0, Steps())
    for kept, repeated in (
        (run[0].state.params, again.state.params),
        (run[0].best.params, again.best.params),
    ):
        jax.tree.map(np.testing.assert_array_equal, kept, repeated)


def test_the_prior_over_weights_is_spread_over_the_training_images(run):
    """D13, −log Dirichlet with weight 1 beside a mean over images: N times the prior that was asked for."""
    whole = -scipy.stats.dirichlet.logpdf(np.full(6, 1 / 6), np.full(6, 3.0))
    assert run[1]["loss.dirichlet"][0] == pytest.approx(whole / 96, rel=1e-5)


def test_the_total_of_every_step_is_made_of_the_terms_that_have_a_weight(run):
    """D12 and D18: nothing but named terms is ever added, and diversity has no part unless it is asked for."""
    terms = run[1]
    model = MIXTURE.model
    assert model.diversity_weight == 0
    first = (
        terms["loss.recon"][-1]
        + terms["loss.kl.z"][-1]
        + terms["loss.kl.c"][-1]
        + model.label_weight * terms["loss.classifier"][-1]
        + terms["loss.dirichlet"][-1]
    )
    assert terms["loss.total"][-1] == pytest.approx(first, rel=1e-5)
