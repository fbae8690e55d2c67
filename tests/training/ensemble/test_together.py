"""Runs trained as one program: each as if it were alone."""

import dataclasses
from typing import Any

import jax
import numpy as np
import pytest

from ssvae.classifiers.recipes import HeadConfig
from ssvae.data.recipes import SyntheticConfig
from ssvae.errors import TrainingDiverged
from ssvae.priors.recipes import StandardPriorConfig
from ssvae.training.ensemble import Request, fit_together, lanes_for, portions, static_key
from ssvae.training.ensemble import together as module
from ssvae.training.ensemble.memory import bytes_per_lane
from ssvae.training.ensemble.stack import train_lanes, validate_lanes
from ssvae.training.fit import fit


@pytest.fixture
def ask(config, training, dataset, new_observer):
    """A function that makes a request: settings of training, or the parts of one, as keywords."""

    def make(seed=0, observer=None, model=None, data=None, start=None, **settings):
        changed = dataclasses.replace(training, **settings)
        return Request(model or config, changed, data or dataset, seed, observer or new_observer(), start)

    return make


@pytest.fixture
def alone(new_observer):
    """A function that trains what a request asks for by itself."""
    return lambda asked, observer=None: fit(
        asked.config, asked.training, asked.dataset, asked.seed, observer or new_observer()
    )


def trained(requests, **settings) -> list[Any]:
    return fit_together(requests, **settings)


def same(first, second) -> bool:
    return jax.tree.all(
        jax.tree.map(lambda a, b: bool((np.asarray(a) == np.asarray(b)).all()), first, second)
    )


def without_time(rows):
    return [{**row, "time": 0} for row in rows]


def test_what_is_an_argument_of_the_program_is_not_in_the_key(ask, config):
    light = dataclasses.replace(config, model=dataclasses.replace(config.model, kl_weight=0.1))
    assert static_key(ask()) == static_key(
        ask(seed=3, epochs=9, learning_rate=1e-4, patience=2, on_nan="ignore")
    )
    assert static_key(ask()) == static_key(ask(model=light))


@pytest.mark.parametrize(
    "other", [{"batch_size": 16}, {"labeled_batch_size": 4}, {"gradient_clip": None}, {"gradient_clip": 1.0}]
)
def test_what_the_program_is_made_of_is_in_the_key(ask, other):
    assert static_key(ask()) != static_key(ask(**other))


def test_the_images_are_in_the_key_and_the_labels_that_are_seen_are_not(ask):
    def data(**changes):
        sizes = {"num_train": 40, "num_validation": 10, "num_test": 10, "image_size": 4, "num_labeled": 8}
        return SyntheticConfig(**{**sizes, **changes}).load()

    key = static_key(ask(data=data()))
    assert key == static_key(ask(data=data(label_seed=5)))
    assert key != static_key(ask(data=data(num_train=48)))
    assert key != static_key(ask(data=data(num_labeled=4)))  # fewer than a batch


def test_portions_are_of_one_key_and_no_larger_than_asked(ask):
    requests = [ask(), ask(batch_size=16), ask(seed=1), ask(seed=2), ask(seed=3)]
    assert portions(requests, 3) == [[0, 2, 3], [4], [1]]


class Device:
    def __init__(self, limit):
        self._limit = limit

    def memory_stats(self):
        return None if self._limit is None else {"bytes_limit": self._limit}


@pytest.mark.slow
def test_as_many_lanes_as_there_is_memory_for(ask):
    requests = [ask(seed=seed) for seed in range(6)]
    each = bytes_per_lane(requests[0])
    assert lanes_for(requests, Device(None)) == 6
    assert lanes_for(requests, Device(100 * each)) == 6
    assert lanes_for(requests, Device(5 * each)) == 3
    assert lanes_for(requests, Device(each // 2)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "parts", [{}, {"prior": StandardPriorConfig(), "classifier": HeadConfig(hidden_sizes=(4,))}]
)
def test_every_run_goes_the_way_it_goes_alone(ask, config, dataset, parts, alone, new_observer):
    """Other seeds, rates, weights, labels and numbers of epochs in one program, which is compiled once."""
    model = dataclasses.replace(config, **parts)
    heavy = dataclasses.replace(model, model=dataclasses.replace(model.model, kl_weight=2.0))
    # As many labels as before: the same program.
    other = SyntheticConfig(
        num_train=96, num_validation=30, num_test=30, num_labeled=20, image_size=4, label_seed=3
    ).load()
    requests = [
        ask(0, model=model),
        ask(1, model=heavy, learning_rate=5e-4),
        ask(2, model=model, epochs=3, data=other),
        ask(3, model=model, schedule="constant", checkpoint_every=2),
    ]
    before = train_lanes._cache_size(), validate_lanes._cache_size()
    found = trained(requests)
    assert (train_lanes._cache_size(), validate_lanes._cache_size()) == (before[0] + 1, before[1] + 1)
    for request, end in zip(requests, found, strict=True):
        observer = new_observer()
        expected = alone(request, observer)
        assert end.lanes == 4
        assert end.history == request.observer.rows
        assert [epoch for epoch, _ in request.observer.checkpoints] == [e for e, _ in observer.checkpoints]
        # The last epoch would differ widely if keys, data order, schedule or labels were not the run's own.
        for row, own in zip(end.history, expected.history, strict=True):
            assert set(row) == set(own)
            assert row["learning_rate"] == own["learning_rate"]
            assert row["loss.total"] == pytest.approx(own["loss.total"], rel=1e-3)
            assert row["loss.total.val"] == pytest.approx(own["loss.total.val"], rel=1e-3)
        assert same(*(jax.random.key_data(each.state.key) for each in (end, expected)))
        assert end.state.step == expected.state.step
        assert end.best.epoch == expected.best.epoch


@pytest.mark.slow
def test_a_single_run_is_trained_as_alone_to_the_bit(ask, alone):
    (found,) = trained([ask()])
    assert without_time(found.history) == without_time(alone(ask()).history)
    assert found.lanes == 1


@pytest.mark.slow
def test_a_run_without_patience_left_stops_and_the_others_go_on_in_a_smaller_program(ask, alone):
    harmful = {
        "epochs": 60,
        "patience": 2,
        "learning_rate": 0.5,
        "schedule": "constant",
        "gradient_clip": None,
    }
    calm = {**harmful, "learning_rate": 1e-3, "patience": None, "epochs": 12}
    requests = [ask(0, **harmful), ask(0, **calm), ask(1, **calm), ask(2, **{**calm, "epochs": 6})]
    sizes = []
    found = trained(requests)
    for request, end in zip(requests, found, strict=True):
        expected = alone(request)
        assert len(end.history) == len(expected.history)
        assert end.stopped_early == expected.stopped_early
        assert end.best.epoch == expected.best.epoch
        sizes.append(len(end.history))
    assert sizes[1:] == [12, 12, 6]
    assert found[0].stopped_early


@pytest.mark.slow
def test_a_run_that_diverges_fails_alone_and_changes_no_bit_of_the_others(ask):
    calm = {"gradient_clip": None, "epochs": 3}
    wild = ask(3, **calm, learning_rate=1e30)
    requests = [ask(seed, **calm) for seed in range(3)]
    found = trained([*requests, wild])
    without = trained([*(ask(seed, **calm) for seed in range(3)), ask(3, **calm)])
    assert isinstance(found[3], TrainingDiverged)
    assert "in epoch 1" in str(found[3])
    assert len(wild.observer.rows) == 1
    for end, expected in zip(found[:3], without[:3], strict=True):
        assert same(end.state.params, expected.state.params)
        assert without_time(end.history) == without_time(expected.history)


@pytest.mark.slow
def test_a_run_that_is_set_back_goes_on_from_the_epoch_before(ask, monkeypatch, alone):
    """A learning rate that explodes once, in epoch 2 of one run, as no setting of ours does by itself."""
    tries = []

    def rate(config, epoch):
        if config.on_nan == "restore" and epoch == 2 and not tries:
            return 1e30
        return 1e-3

    calm = {"gradient_clip": None, "schedule": "constant", "learning_rate": 1e-3}
    shaky = ask(0, on_nan="restore", **calm)
    shaky.observer.trouble = lambda text: tries.append(text)
    monkeypatch.setattr("ssvae.training.session.learning_rate", rate)
    found = trained([shaky, ask(1, **calm)])
    assert "Going on from the end of epoch 1 at half the learning rate" in tries[0]
    assert [row["learning_rate"] for row in found[0].history] == [1e-3, 5e-4, 5e-4, 5e-4]
    own = alone(ask(1, **calm))
    assert found[1].history[-1]["loss.total"] == pytest.approx(own.history[-1]["loss.total"], rel=1e-3)
    assert np.isfinite(found[0].history[-1]["loss.total"])


def test_an_interruption_stops_the_run_it_is_meant_for_with_its_checkpoint(ask):
    stopped, other = ask(0), ask(1)
    stopped.observer.stops_after = 2
    found = trained([stopped, other])
    assert isinstance(found[0], KeyboardInterrupt)
    assert stopped.observer.checkpoints[-1][0] == 2
    assert len(found[1].history) == 4


@pytest.mark.slow
def test_too_little_memory_halves_the_program_until_it_fits(ask, monkeypatch, alone):
    tried = []

    class Small(module.Stack):
        def train(self):
            tried.append(len(self.courses))
            if len(self.courses) > 2 and len(tried) > 1:  # there was enough for one epoch
                raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate")
            return super().train()

    monkeypatch.setattr(module, "Stack", Small)
    requests = [ask(seed) for seed in range(4)]
    found = trained(requests)
    assert tried == [4, 4, 2, 2, 2, 2, 2, 2]
    for request, end in zip(requests, found, strict=True):
        assert [row["epoch"] for row in request.observer.rows] == [1, 2, 3, 4]  # none twice
        expected = alone(request)
        assert end.history[-1]["loss.total"] == pytest.approx(expected.history[-1]["loss.total"], rel=1e-3)


def test_the_images_of_all_runs_are_on_the_device_once(ask, monkeypatch):
    def copies():
        shape = asked[0].dataset.train.images.shape
        return sum(array.shape == shape and array.dtype == np.uint8 for array in jax.live_arrays())

    found = []

    asked = [ask(seed) for seed in range(4)]
    before = copies()
    original = module.Session.prepare

    def prepare(*words):
        session = original(*words)
        found.append(copies() - before)
        return session

    monkeypatch.setattr(module.Session, "prepare", prepare)
    held = module._sessions(asked)
    assert found == [1, 2, 2, 2]
    assert copies() - before == 1
    assert len(held) == 4


@pytest.mark.slow
def test_what_is_wrong_with_the_program_ends_all_who_are_in_it(ask, monkeypatch):
    def broken(self):
        raise ValueError("broken")

    monkeypatch.setattr(module.Stack, "train", broken)
    found = trained([ask(0), ask(1), ask(0, batch_size=16)])
    assert [type(end) for end in found[:2]] == [ValueError, ValueError]
    assert len(found[2].history) == 4  # alone in its program
