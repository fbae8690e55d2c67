"""Training from Python: the same numbers as the loop below it, no files, every misfit at once."""

import dataclasses
import logging
import os

import jax
import numpy as np
import pytest

from ssvae.classifiers.recipes import NoClassifierConfig
from ssvae.data.recipes import SyntheticConfig
from ssvae.errors import ConfigError, TrainingDiverged
from ssvae.library.training import train
from ssvae.priors.recipes import GeometricPriorConfig
from ssvae.training.fit import AbstractObserver, fit
from ssvae.training.recipes import TrainingConfig

from .conftest import CONFIGS

TRAINING = TrainingConfig(epochs=3, batch_size=32, labeled_batch_size=8, learning_rate=0.01)
MIXTURE = CONFIGS["mixture"]


class Silent(AbstractObserver):
    def epoch_done(self, row, steps):
        pass

    def checkpoint_due(self, progress):
        pass

    def interruption(self):
        return None

    def trouble(self, text):
        pass

    def diverged(self, progress):
        return ""


def test_it_is_the_loop_with_the_best_epoch_kept(dataset, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = []
    trained = train(MIXTURE, dataset, TRAINING, seed=5, on_epoch=rows.append)
    expected = fit(MIXTURE, TRAINING, dataset, 5, Silent())
    assert trained.epoch == expected.best.epoch
    jax.tree.map(np.testing.assert_array_equal, trained.params, expected.best.params)
    jax.tree.map(np.testing.assert_array_equal, trained.statistics, expected.best.statistics)
    assert rows == list(trained.history)
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    assert rows[-1]["loss.total"] == expected.history[-1]["loss.total"]
    assert os.listdir() == []
    accuracy = np.mean(
        trained.classify(dataset.validation.images).argmax(axis=1) == dataset.validation.labels
    )
    assert accuracy == pytest.approx(rows[trained.epoch - 1]["metric.accuracy.val"], abs=1e-6)


def test_an_error_in_on_epoch_ends_the_training(dataset):
    def stop(row):
        raise InterruptedError("enough")

    with pytest.raises(InterruptedError, match="enough"):
        train(MIXTURE, dataset, TRAINING, on_epoch=stop)


def test_every_misfit_is_told_at_once(dataset):
    model = dataclasses.replace(MIXTURE, prior=GeometricPriorConfig(num_components=3))
    unlabeled = dataclasses.replace(dataset, labeled_indices=dataset.labeled_indices[:0])
    training = TrainingConfig(batch_size=97, monitor="metric.elbo.vall")
    with pytest.raises(ConfigError) as caught:
        train(model, unlabeled, training, seed=-1)
    expected = (
        "classifier=tau needs at least one component per class: the prior has 3, the data has 4",
        "classifier=tau learns from labels, and the data set shows none. Try num_labeled=40 where it is made, "
        "or classifier=NoClassifierConfig().",
        "training.batch_size is 97, but there are only 96 training images. Try training.batch_size=96.",
        "training.monitor='metric.elbo.vall' is not measured.",
        "seed must be from 0 to 4294967295, got -1.",
    )
    assert len(caught.value.problems) == len(expected)
    for problem, start in zip(caught.value.problems, expected, strict=True):
        assert problem.startswith(start)


def test_images_too_small_for_a_network():
    small = SyntheticConfig(image_size=4, num_train=40, num_labeled=8).load()
    with pytest.raises(ConfigError, match="encoder=conv needs images of at least 8×8, the data has 4×4"):
        train(CONFIGS["heteroscedastic"], small, dataclasses.replace(TRAINING, batch_size=8))


@pytest.fixture
def starts(monkeypatch):
    """Whether a training would start: what comes before it, and nothing of it."""

    class Started(Exception):  # noqa: N818 - it is no error
        pass

    def start(*arguments):
        raise Started

    monkeypatch.setattr("ssvae.library.training.fit", start)
    return lambda: pytest.raises(Started)


def test_labels_missing_for_a_class_and_overlapping_components_are_warned_of(dataset, caplog, starts):
    few = dataclasses.replace(dataset, labeled_indices=np.flatnonzero(dataset.train.labels != 2)[:10])
    model = dataclasses.replace(MIXTURE, prior=GeometricPriorConfig(num_components=6, radius=0.5))
    with caplog.at_level(logging.WARNING, "ssvae"), starts():
        train(model, few, TRAINING)
    assert "No labeled image shows class 2" in caplog.text
    assert "Neighboring components of prior=geometric_mog" in caplog.text


def test_without_a_classifier_no_labels_are_needed_and_none_are_missed(dataset, caplog, starts):
    unlabeled = dataclasses.replace(dataset, labeled_indices=dataset.labeled_indices[:0])
    with starts():
        train(dataclasses.replace(MIXTURE, classifier=NoClassifierConfig()), unlabeled, TRAINING)
    assert caplog.text == ""


def test_divergence_is_told(dataset):
    with pytest.raises(TrainingDiverged, match=r"became (nan|inf) in epoch 1"):
        train(MIXTURE, dataset, dataclasses.replace(TRAINING, learning_rate=1e30))
