"""Going on from a checkpoint gives to the bit what training in one piece gives; a number that is none has three ends."""

import dataclasses
import math

import jax
import numpy as np
import pytest

from ssvae.classifiers.recipes import HeadConfig
from ssvae.errors import CheckpointError, TrainingDiverged
from ssvae.model.structure import Structure
from ssvae.priors.recipes import VampPriorConfig
from ssvae.routing.recipes import GumbelRoutingConfig
from ssvae.training.fit import fit
from ssvae.training.progress import checkpoints_of, progress_from
from ssvae.training.state import arrays_of_state

UNTIMED = {"time": 0}


def same(first, second) -> bool:
    arrays = [
        (np.asarray(a), np.asarray(b)) for a, b in zip(*map(jax.tree.leaves, (first, second)), strict=True)
    ]
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in arrays)


def continued(config, training, dataset, observer):
    """What training gives from the last checkpoint the observer has seen."""
    structure = Structure.of(config, (4, 4, 1), dataset.num_classes)
    start = progress_from(structure, training.gradient_clip, observer.saved[-1], observer.rows)
    return fit(config, training, dataset, 0, observer, start)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {
            "prior": VampPriorConfig(num_components=5),
            "classifier": HeadConfig(hidden_sizes=()),
            "routing": GumbelRoutingConfig(),
        },
    ],
    ids=["tau", "vamp, head and a relaxed choice"],
)
@pytest.mark.parametrize("stops_after", [pytest.param(1, marks=pytest.mark.slow), 2, 5])
def test_interrupted_and_continued_is_as_never_interrupted(
    config, training, dataset, observer, parts, stops_after
):
    config = dataclasses.replace(config, **parts)
    training = dataclasses.replace(training, epochs=6)
    whole = fit(config, training, dataset, 0, observer)
    rows = [row | UNTIMED for row in observer.rows]
    observer.rows, observer.stops_after = [], stops_after
    with pytest.raises(KeyboardInterrupt):
        fit(config, training, dataset, 0, observer)
    assert observer.checkpoints[-1][0] == stops_after
    found = continued(config, training, dataset, observer)
    assert [row | UNTIMED for row in observer.rows] == rows
    assert same(arrays_of_state(found.state), arrays_of_state(whole.state))
    assert found.best.epoch == whole.best.epoch
    assert same((found.best.params, found.best.statistics), (whole.best.params, whole.best.statistics))
    assert found.best.temperature == whole.best.temperature


def test_patience_goes_on_where_it_was(config, training, dataset, observer):
    harmful = dataclasses.replace(training, epochs=60, patience=4, learning_rate=0.5, schedule="constant")
    whole = fit(config, harmful, dataset, 0, observer)
    assert whole.stopped_early
    observer.rows, observer.stops_after = [], len(whole.history) - 2
    with pytest.raises(KeyboardInterrupt):
        fit(config, harmful, dataset, 0, observer)
    found = continued(config, harmful, dataset, observer)
    assert len(found.history) == len(whole.history)
    assert found.stopped_early


def test_a_training_that_is_over_is_not_gone_on_with(config, training, dataset, observer):
    whole = fit(config, training, dataset, 0, observer)
    rows = len(observer.rows)
    found = continued(config, training, dataset, observer)
    assert len(observer.rows) == rows
    assert same(arrays_of_state(found.state), arrays_of_state(whole.state))
    assert found.history == whole.history


def test_more_epochs_continue_the_count(config, training, dataset, observer):
    fit(config, training, dataset, 0, observer)
    found = continued(config, dataclasses.replace(training, epochs=6), dataset, observer)
    assert [row["epoch"] for row in found.history] == [1, 2, 3, 4, 5, 6]
    assert int(found.state.step) == 6 * (len(dataset.train) // training.batch_size)


def test_epochs_that_cannot_be_compared_are_never_the_best_and_cost_no_patience(
    config, training, dataset, observer
):
    """As when a run goes on with other loss weights: the rows of before are lower here, and mean nothing."""
    fit(config, training, dataset, 0, observer)
    arrays, facts = observer.saved[-1]["last"]
    alone = {"last": (arrays, facts | {"best_epoch": None, "incomparable": 4})}
    lower = [row | {"loss.total.val": -1e9} for row in observer.rows]
    start = progress_from(structure_of(config, dataset), training.gradient_clip, alone, lower)
    patient = dataclasses.replace(training, epochs=7, patience=2)
    assert not start.is_over(patient)
    found = fit(config, patient, dataset, 0, observer, start)
    assert found.best.epoch in (5, 6, 7)
    assert observer.saved[-1]["last"][1]["incomparable"] == 4


def structure_of(config, dataset):
    return Structure.of(config, (4, 4, 1), dataset.num_classes)


def test_checkpoints_of_another_model_are_refused(config, training, dataset, observer):
    fit(config, training, dataset, 0, observer)
    wider = dataclasses.replace(config, model=dataclasses.replace(config.model, latent_dim=3))
    with pytest.raises(CheckpointError, match=r"is not of this model: params/.* has shape .*, the model has"):
        progress_from(structure_of(wider, dataset), 50.0, observer.saved[-1], observer.rows)


def test_fewer_rows_than_epochs_are_refused(config, training, dataset, observer):
    fit(config, training, dataset, 0, observer)
    with pytest.raises(
        CheckpointError, match=r"made after epoch 4, and metrics.csv has 3 rows. Undo the last"
    ):
        progress_from(structure_of(config, dataset), 50.0, observer.saved[-1], observer.rows[:3])


def test_a_pair_that_does_not_belong_together_is_refused(config, training, dataset, observer):
    fit(config, training, dataset, 0, observer)
    arrays, facts = observer.saved[-1]["best"]
    mixed = observer.saved[-1] | {"best": (arrays, facts | {"epoch": 1})}
    assert facts["epoch"] != 1
    with pytest.raises(CheckpointError, match=r"'best' is of epoch 1, 'last' expects epoch [234]"):
        progress_from(structure_of(config, dataset), 50.0, mixed, observer.rows)


@pytest.mark.parametrize(
    ("name", "facts", "message"),
    [
        ("last", {"epoch": "4"}, "'last' must have a whole number as 'epoch', got '4'"),
        ("last", {"setbacks": True}, "'last' must have a whole number as 'setbacks', got True"),
        ("last", {"incomparable": None}, "'last' must have a whole number as 'incomparable', got None"),
        ("best", {"epoch": -1}, "'best' must have a whole number as 'epoch', got -1"),
        ("best", {"temperature": None}, "'best' must have a number as 'temperature', got None"),
    ],
)
def test_facts_of_another_kind_are_refused(config, training, dataset, observer, name, facts, message):
    fit(config, training, dataset, 0, observer)
    arrays, right = observer.saved[-1][name]
    edited = observer.saved[-1] | {name: (arrays, right | facts)}
    with pytest.raises(CheckpointError, match=message):
        progress_from(structure_of(config, dataset), training.gradient_clip, edited, observer.rows)


def exploding(monkeypatch, *epochs):
    """A learning rate that explodes in these epochs, as no setting of ours does by itself."""
    real = []

    def rate(config, epoch):
        real.append(epoch)
        return 1e30 if epoch in epochs and real.count(epoch) <= 3 else 1e-3

    monkeypatch.setattr("ssvae.training.session.learning_rate", rate)


def test_restore_goes_back_one_epoch_and_halves_the_learning_rate(
    config, training, dataset, observer, monkeypatch
):
    exploding(monkeypatch, 3)  # asked three times an epoch: it explodes once
    careful = dataclasses.replace(training, on_nan="restore")
    found = fit(config, careful, dataset, 0, observer)
    assert [row["epoch"] for row in observer.rows] == [1, 2, 3, 4]
    assert [row["learning_rate"] for row in observer.rows] == [1e-3, 1e-3, 5e-4, 5e-4]
    assert all(math.isfinite(row["loss.total"]) for row in found.history)
    (trouble,) = observer.troubles
    assert "in epoch 3; it was" in trouble
    assert "Going on from the end of epoch 2 at half the learning rate" in trouble
    assert observer.saved[-1]["last"][1]["setbacks"] == 1


def test_a_setback_is_remembered_by_who_continues(config, training, dataset, observer, monkeypatch):
    careful = dataclasses.replace(training, epochs=6, on_nan="restore")
    exploding(monkeypatch, 2)
    whole = fit(config, careful, dataset, 0, observer)
    observer.rows, observer.stops_after = [], 4
    exploding(monkeypatch, 2)
    with pytest.raises(KeyboardInterrupt):
        fit(config, careful, dataset, 0, observer)
    found = continued(config, careful, dataset, observer)
    assert same(arrays_of_state(found.state), arrays_of_state(whole.state))


def test_restoring_has_an_end(config, training, dataset, observer):
    wild = dataclasses.replace(training, learning_rate=1e35, on_nan="restore")
    with pytest.raises(TrainingDiverged, match=r"It did so 6 times, at ever smaller rates. Try a smaller"):
        fit(config, wild, dataset, 0, observer)
    assert len(observer.troubles) == 5


def test_ignore_goes_on_and_never_chooses_such_an_epoch(config, training, dataset, observer, monkeypatch):
    exploding(monkeypatch, 3)
    reckless = dataclasses.replace(training, on_nan="ignore")
    found = fit(config, reckless, dataset, 0, observer)
    assert [row["epoch"] for row in found.history] == [1, 2, 3, 4]
    assert not math.isfinite(found.history[2]["loss.total"])
    assert found.best.epoch in (1, 2)
    assert "Training goes on, because training.on_nan=ignore" in observer.troubles[0]


def test_ignoring_from_the_first_epoch_on_leaves_no_best_epoch(config, training, dataset, observer):
    wild = dataclasses.replace(training, learning_rate=1e30, on_nan="ignore")
    with pytest.raises(
        TrainingDiverged, match=r"no finite number in any of 4 epochs.*Try training.on_nan=stop"
    ):
        fit(config, wild, dataset, 0, observer)
    assert "best" not in observer.saved[-1]


def test_a_checkpoint_holds_plain_arrays_and_facts(config, training, dataset, observer):
    found = fit(config, training, dataset, 7, observer)
    start = progress_from(
        structure_of(config, dataset), training.gradient_clip, observer.saved[-1], observer.rows
    )
    again = checkpoints_of(start, 0)
    for name, (arrays, facts) in observer.saved[-1].items():
        assert all(isinstance(leaf, np.ndarray) for leaf in jax.tree.leaves(arrays))
        assert same(arrays, again[name][0])
        assert facts == again[name][1]
    assert start.history == tuple(found.history)
