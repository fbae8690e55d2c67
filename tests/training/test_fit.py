"""The loop: what it records, when it stops, that it repeats to the bit and compiles once."""

import dataclasses
import math

import jax
import numpy as np
import pytest

from ssvae.classifiers.recipes import HeadConfig, NoClassifierConfig
from ssvae.errors import TrainingDiverged
from ssvae.model.annealing import CyclicalAnnealingConfig
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS
from ssvae.priors.recipes import StandardPriorConfig
from ssvae.training.course import Course
from ssvae.training.epoch import train_epoch
from ssvae.training.fit import fit
from ssvae.training.history import EPOCH_KEYS, component_keys, weight_key
from ssvae.training.session import Session
from ssvae.training.state import arrays_of_state, initial_state, state_from_arrays
from ssvae.training.validate import validate


def same(first, second) -> bool:
    return jax.tree.all(
        jax.tree.map(lambda a, b: bool((np.asarray(a) == np.asarray(b)).all()), first, second)
    )


def test_every_epoch_has_a_full_row_and_is_told_at_once(config, training, dataset, observer):
    found = fit(config, training, dataset, 0, observer)
    assert [row["epoch"] for row in observer.rows] == [1, 2, 3, 4]
    assert observer.rows == found.history
    for row in found.history:
        assert set(row) == {*EPOCH_KEYS, *component_keys(config.prior.components)}
        assert all(math.isfinite(value) for value in row.values())


def test_checkpoints_come_at_their_interval_and_at_the_end(config, training, dataset, observer):
    fit(config, training, dataset, 0, observer)
    assert [epoch for epoch, _ in observer.checkpoints] == [3, 4]


def test_the_total_of_an_epoch_is_the_weighted_sum_of_its_terms(config, training, dataset, observer):
    """Also while the KL weights rise, because weights change between epochs only."""
    for row in fit(config, training, dataset, 0, observer).history:
        expected = sum(row[key] * row[weight_key(key)] for key in TERMS)
        assert row["loss.total"] == pytest.approx(expected, rel=1e-5)


def test_the_same_seed_repeats_to_the_bit_and_another_does_not(config, training, dataset, observer):
    first, again = (fit(config, training, dataset, 5, observer) for _ in range(2))
    other = fit(config, training, dataset, 6, observer)
    assert same(first.state.params, again.state.params)
    assert not same(first.state.params, other.state.params)
    for row, repeated in zip(first.history, again.history, strict=True):
        assert {**row, "time": 0} == {**repeated, "time": 0}


def test_traced_settings_share_one_compiled_program(config, training, dataset, observer):
    fit(config, training, dataset, 0, observer)
    programs = train_epoch._cache_size(), validate._cache_size(), initial_state._cache_size()
    for seed, rate, weight, epochs in ((1, 1e-3, 0.5, 2), (2, 5e-4, 3.0, 3)):
        model = dataclasses.replace(
            config.model, kl_weight=weight, label_weight=weight, free_bits=weight, name="other"
        )
        annealing = CyclicalAnnealingConfig(warmup=1 / epochs, cycles=2)
        prior = dataclasses.replace(config.prior, learning_rate_scale=rate)
        changed = dataclasses.replace(training, learning_rate=rate, epochs=epochs, schedule="constant")
        other = dataclasses.replace(config, model=model, annealing=annealing, prior=prior)
        fit(other, changed, dataset, seed, observer)
    assert (train_epoch._cache_size(), validate._cache_size(), initial_state._cache_size()) == programs


def test_changed_weights_act_without_a_new_program(config, training, dataset, observer):
    """A step that closed over its settings would ignore them."""
    heavy = dataclasses.replace(config, model=dataclasses.replace(config.model, kl_weight=20.0))
    light = fit(config, training, dataset, 0, observer)
    assert not same(light.state.params, fit(heavy, training, dataset, 0, observer).state.params)


def test_patience_stops_and_the_best_epoch_is_kept(config, training, dataset, observer):
    """With a learning rate that only harms, the first epochs are the best and training gives up."""
    harmful = dataclasses.replace(
        training, epochs=60, patience=2, learning_rate=0.5, schedule="constant", gradient_clip=None
    )
    found = fit(config, harmful, dataset, 0, observer)
    values = [row["loss.total.val"] for row in found.history]
    assert found.stopped_early
    assert len(values) < 60
    assert found.best.epoch == 1 + int(np.argmin(values))
    assert len(values) - found.best.epoch == 2


def test_the_best_weights_are_those_of_the_best_epoch(config, training, dataset, observer):
    short = dataclasses.replace(training, schedule="constant")
    found = fit(config, short, dataset, 0, observer)
    until_best = fit(config, dataclasses.replace(short, epochs=found.best.epoch), dataset, 0, observer)
    assert same(found.best.params, until_best.state.params)
    assert same(found.best.statistics, until_best.state.statistics)


@pytest.fixture
def begun(monkeypatch):
    """The epochs that the device was asked for, each with its caution."""
    found, begin = [], Session.begin

    def noting(session, state, epoch, caution):
        found.append((epoch, caution))
        return begin(session, state, epoch, caution)

    monkeypatch.setattr(Session, "begin", noting)
    return found


@pytest.fixture
def quick(monkeypatch):
    """However long an epoch takes, it counts as short."""
    monkeypatch.setattr("ssvae.training.fit._WORK_AHEAD", 1e6)


@pytest.mark.usefixtures("quick")
class TestEpochsAhead:
    def test_they_are_under_way_when_an_epoch_is_told(self, config, training, dataset, observer, begun):
        ahead = []
        observer.epoch_done = lambda row, steps: ahead.append((row["epoch"], begun[-1][0]))
        fit(config, dataclasses.replace(training, epochs=8), dataset, 0, observer)
        # Of the first nobody knows beforehand how long it takes; then there are four.
        assert ahead == [(1, 1), (2, 6), (3, 7), (4, 8), (5, 8), (6, 8), (7, 8), (8, 8)]
        assert begun == [(epoch, 1.0) for epoch in range(1, 9)]

    def test_they_change_no_number(self, config, training, dataset, new_observer, monkeypatch):
        first = fit(config, training, dataset, 5, new_observer())
        monkeypatch.setattr("ssvae.training.fit._MOST_AHEAD", 0)
        alone = fit(config, training, dataset, 5, new_observer())
        assert same(arrays_of_state(first.state), arrays_of_state(alone.state))
        assert same(first.best.params, alone.best.params)
        assert same(first.best.statistics, alone.best.statistics)
        for row, other in zip(first.history, alone.history, strict=True):
            assert {**row, "time": 0} == {**other, "time": 0}

    def test_none_is_begun_when_patience_may_run_out(self, config, training, dataset, observer, begun):
        impatient = dataclasses.replace(
            training, epochs=60, patience=2, learning_rate=0.5, schedule="constant", gradient_clip=None
        )
        found = fit(config, impatient, dataset, 0, observer)
        assert found.stopped_early
        assert begun == [(row["epoch"], 1.0) for row in found.history]

    def test_they_are_forgotten_after_a_setback(
        self, config, training, dataset, observer, begun, monkeypatch
    ):
        wild = {3: 1e30}
        monkeypatch.setattr(
            "ssvae.training.session.learning_rate", lambda config, epoch: wild.get(epoch, 1e-3)
        )
        careful = dataclasses.replace(training, on_nan="restore", gradient_clip=None)
        take = Course.take

        def tamed(course, state, row, steps):
            take(course, state, row, steps)
            if course.progress.setbacks:
                wild.clear()

        monkeypatch.setattr(Course, "take", tamed)
        fit(config, careful, dataset, 0, observer)
        assert begun == [(1, 1.0), (2, 1.0), (3, 1.0), (4, 1.0), (3, 0.5), (4, 0.5)]
        assert [row["epoch"] for row in observer.rows] == [1, 2, 3, 4]
        assert all(math.isfinite(row["loss.total"]) for row in observer.rows)


class TestLongEpochs:
    def test_none_is_begun_ahead(self, config, training, dataset, observer, begun, monkeypatch):
        monkeypatch.setattr("ssvae.training.fit._WORK_AHEAD", 0.0)
        ahead = []
        observer.epoch_done = lambda row, steps: ahead.append((row["epoch"], begun[-1][0]))
        fit(config, training, dataset, 0, observer)
        assert ahead == [(epoch, epoch) for epoch in range(1, 5)]


def test_divergence_is_named(config, training, dataset, observer):
    wild = dataclasses.replace(training, learning_rate=1e30, gradient_clip=None)
    with pytest.raises(
        TrainingDiverged,
        match=r"loss\.[a-z.]+ became (nan|inf) in epoch 1; .* Try a smaller .* No epoch was good",
    ):
        fit(config, wild, dataset, 0, observer)
    assert len(observer.rows) == 1  # the record shows the epoch that diverged
    assert observer.good is None


def test_divergence_after_good_epochs_keeps_the_last_of_them(
    config, training, dataset, observer, monkeypatch
):
    """A learning rate that explodes in epoch 3, as no setting of ours does by itself."""
    monkeypatch.setattr(
        "ssvae.training.session.learning_rate", lambda config, epoch: 1e30 if epoch == 3 else 1e-3
    )
    unclipped = dataclasses.replace(training, gradient_clip=None)
    with pytest.raises(
        TrainingDiverged,
        match=r"in epoch 3; it was .* or training\.gradient_clip=10, .* good epoch is 2, kept in a place of its own\.",
    ):
        fit(config, unclipped, dataset, 0, observer)
    assert observer.good == 2


def test_training_learns(config, training, dataset, observer):
    longer = dataclasses.replace(training, epochs=40, learning_rate=1e-2)
    history = fit(config, longer, dataset, 0, observer).history
    assert history[-1]["loss.total"] < 0.9 * history[0]["loss.total"]
    assert history[-1]["metric.accuracy.val"] > 0.6  # four classes: chance is 0.25


@pytest.mark.parametrize(
    "parts",
    [
        {"classifier": NoClassifierConfig()},
        {"prior": StandardPriorConfig(), "classifier": HeadConfig(hidden_sizes=(4,))},
        {"prior": StandardPriorConfig(), "classifier": NoClassifierConfig()},
    ],
)
def test_other_models_train_by_the_same_loop(config, training, dataset, observer, parts):
    history = fit(dataclasses.replace(config, **parts), training, dataset, 0, observer).history
    assert all(math.isfinite(value) for row in history for value in row.values())
    if isinstance(parts["classifier"], NoClassifierConfig):
        assert history[-1]["loss.classifier"] == 0
        assert "metric.accuracy.val" not in history[-1]


def test_labels_that_are_hidden_change_nothing(config, training, dataset, observer):
    """Scramble every label training may not see; the run must not notice."""
    hidden = np.setdiff1d(np.arange(len(dataset.train)), dataset.labeled_indices)
    labels = dataset.train.labels.copy()
    labels[hidden] = (labels[hidden] + 1) % dataset.num_classes
    scrambled = dataclasses.replace(dataset, train=dataclasses.replace(dataset.train, labels=labels))
    honest = fit(config, training, dataset, 0, observer)
    assert same(honest.state.params, fit(config, training, scrambled, 0, observer).state.params)


def test_a_state_survives_being_arrays(config, training, dataset):
    structure = Structure.of(config, (4, 4, 1), dataset.num_classes)
    state = initial_state(structure, training.gradient_clip, 3, {})
    arrays = arrays_of_state(state)
    assert all(isinstance(leaf, np.ndarray) for leaf in jax.tree.leaves(arrays))
    restored = state_from_arrays(structure, training.gradient_clip, arrays)
    assert jax.tree.structure(restored) == jax.tree.structure(state)
    assert same(arrays, arrays_of_state(restored))
