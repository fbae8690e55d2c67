"""The one pass that everything shares: rows in order, whatever the portions; the prior and τ as they are."""

import dataclasses

import jax
import numpy as np
import pytest

from ssvae.classifiers.recipes import NoClassifierConfig
from ssvae.data.recipes import SyntheticConfig
from ssvae.evaluation.predictions import evaluation_context
from ssvae.evaluation.queries import evaluation_key
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.likelihoods.recipes import BernoulliConfig, HeteroscedasticConfig
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.routing.recipes import GumbelRoutingConfig
from ssvae.training.progress import Snapshot
from ssvae.training.recipes import TrainingConfig

CONFIG = SSVAEConfig(
    model=ModelConfig(latent_dim=2),
    prior=MixturePriorConfig(num_components=5),
    encoder=DenseEncoderConfig(hidden_sizes=(4,)),
    decoder=DenseDecoderConfig(hidden_sizes=(4,)),
)


@pytest.fixture(scope="module")
def dataset():
    return SyntheticConfig(num_train=50, num_validation=20, num_test=33, num_labeled=8, image_size=4).load()


def context(dataset, config=CONFIG, **settings):
    structure = Structure.of(config, (4, 4, 1), 4)
    params = structure.initial_params(jax.random.key(0))
    snapshot = Snapshot(3, params, structure.initial_statistics(), temperature=1.0)
    return evaluation_context(
        config,
        EvaluationConfig(num_images=3, **settings),
        dataset,
        snapshot,
        history=[],
        weights="best epoch 3 of 4",
        training=TrainingConfig(),
        seed=1,
    )


@pytest.mark.parametrize("parts", [{}, {"likelihood": HeteroscedasticConfig()}])
def test_portions_change_no_number(dataset, parts):
    config = dataclasses.replace(CONFIG, **parts)
    whole, cut = (context(dataset, config, batch_size=size) for size in (64, 7))
    for split in ("train", "validation", "test"):
        for field in dataclasses.fields(whole.predictions[split]):
            if getattr(whole.predictions[split], field.name) is None:  # σ, unless the likelihood predicts it
                assert field.name == "pixel_std"
                assert not parts
                continue
            np.testing.assert_allclose(
                getattr(cut.predictions[split], field.name),
                getattr(whole.predictions[split], field.name),
                rtol=2e-4,  # a matrix product of another size sums in another order
                atol=1e-5,
                err_msg=f"{split} {field.name}",
            )


def test_there_is_one_row_per_image_and_probabilities_sum_to_one(dataset):
    predictions = context(dataset).predictions
    assert {name: len(found.mean) for name, found in predictions.items()} == {
        "train": 50,
        "validation": 20,
        "test": 33,
    }
    for found in predictions.values():
        np.testing.assert_allclose(found.responsibilities.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(found.class_probs.sum(axis=1), 1, rtol=1e-5)
        assert found.mean_images.shape[1:] == (4, 4, 1)


def test_the_prior_and_tau_are_summarized(dataset):
    found = context(dataset)
    np.testing.assert_allclose(found.prior.weights, 0.2, rtol=1e-6)
    assert found.prior.means.shape == found.prior.stds.shape == (5, 2)
    assert found.tau is not None
    np.testing.assert_allclose(found.tau.sum(axis=1), 1, rtol=1e-6)


def test_draws_of_the_components_are_images_and_the_same_whoever_asks(dataset):
    found = context(dataset).queries.sample_components(3)
    assert found.shape == (5, 3, 4, 4, 1)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_array_equal(found, context(dataset).queries.sample_components(3))


def test_without_a_classifier_nothing_is_said_of_classes(dataset):
    found = context(dataset, dataclasses.replace(CONFIG, classifier=NoClassifierConfig()))
    assert found.tau is None
    assert all(predictions.class_probs is None for predictions in found.predictions.values())


def test_evaluation_draws_none_of_the_noise_of_training():
    """Keys of the same seed must differ: JAX's split(key)[i] is fold_in(key, i), whatever it was split for."""
    of_evaluation = jax.random.split(evaluation_key(1), 3)  # model/prediction.py splits it
    params_key, run_key = jax.random.split(jax.random.key(1))  # as in training/state.py
    of_training = [params_key, run_key, *(jax.random.fold_in(run_key, step) for step in range(100))]
    numbers = {tuple(jax.random.key_data(key).tolist()) for key in (*of_evaluation, *of_training)}
    assert len(numbers) == 3 + 102


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**40 + 5, -3])
def test_the_key_of_an_evaluation_takes_every_seed_as_jax_does(seed):
    expected = jax.random.fold_in(jax.random.key(seed), np.uint32(2**32 - 1))
    assert (jax.random.key_data(evaluation_key(seed)) == jax.random.key_data(expected)).all()


def test_a_binarized_model_is_evaluated_on_black_and_white_images(dataset):
    """Those it is scored on are those that metrics and figures show."""
    found = context(dataset, dataclasses.replace(CONFIG, likelihood=BernoulliConfig(binarization="dynamic")))
    for split in ("train", "validation", "test"):
        assert set(np.unique(found.split(split).images)) == {0, dataset.levels}


def test_the_temperature_of_the_epoch_reaches_the_evaluation(dataset):
    """A relaxed choice at another temperature decodes something else: nothing falls back on a first value."""
    config = dataclasses.replace(
        CONFIG,
        decoder=DenseDecoderConfig(hidden_sizes=(4,), conditioning="film"),
        routing=GumbelRoutingConfig(),
    )
    structure = Structure.of(config, (4, 4, 1), 4)
    params = structure.initial_params(jax.random.key(0))
    table = params["decoder"]["conditioning"]["shifts"]
    params["decoder"]["conditioning"]["shifts"] = jax.random.normal(jax.random.key(1), table.shape)
    recon = []
    for temperature in (5.0, 0.1):
        snapshot = Snapshot(3, params, structure.initial_statistics(), temperature)
        found = evaluation_context(
            config, EvaluationConfig(num_images=2), dataset, snapshot, [], "best", TrainingConfig(), seed=1
        )
        recon.append(found.predictions["test"].recon)
    assert (np.abs(recon[0] - recon[1]) > 1e-3).any()
