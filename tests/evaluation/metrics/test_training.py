"""The facts of training are those of the history."""

import dataclasses

import pytest

from ssvae.evaluation.metrics.training import best_epoch, provide
from ssvae.status import Status
from ssvae.training.recipes import TrainingConfig


def test_best_epoch_has_the_lowest_monitored_loss(make_context):
    data = provide(make_context(epochs=5)).data
    assert data["best_epoch"] == 4
    assert data["epochs_run"] == 5
    assert data["monitor"] == "loss.total.val"
    assert data["final_loss"]["loss.recon"] == 2.0
    assert data["best_loss"]["loss.recon"] == 2.5
    assert data["best_loss"]["loss.recon.val"] == 2.75


def test_a_monitored_metric_is_best_when_highest(make_context):
    assert best_epoch(make_context(training=TrainingConfig(monitor="metric.accuracy.val"))) == 5


@pytest.mark.parametrize(
    ("values", "best"),
    [
        ([3.0, 1.0, 1.0], 2),
        ([float("nan"), 5.0, 6.0], 2),
        ([2.0, float("nan"), 1.0], 3),
        ([float("nan")] * 3, None),
    ],
)
def test_the_first_of_equals_wins_and_nan_never_does(make_context, values, best):
    rows = [{"epoch": epoch, "loss.total.val": value} for epoch, value in enumerate(values, start=1)]
    assert best_epoch(dataclasses.replace(make_context(), history=rows)) == best


@pytest.mark.parametrize(
    ("training", "stopped"),
    [
        (TrainingConfig(epochs=5, patience=1), False),
        (TrainingConfig(epochs=9, patience=1), True),
        (TrainingConfig(epochs=5), False),
    ],
)
def test_early_stopping_is_what_patience_did_before_the_plan(make_context, training, stopped):
    data = provide(make_context(epochs=5, training=training)).data
    assert data["early_stopped"] is stopped
    assert data["epochs_planned"] == training.epochs


def test_terms_that_the_model_lacks_are_left_out(make_context):
    assert "loss.classifier" not in provide(make_context(classifier="none")).data["final_loss"]
    assert (
        "loss.diversity" not in provide(make_context(classifier="head", num_components=1)).data["final_loss"]
    )


def test_seconds_are_summed_and_absent_when_not_measured(make_context):
    context = make_context(epochs=4)
    data = provide(context).data
    assert data["seconds"] == 2.0
    assert data["seconds_per_epoch"] == 0.5
    rows = [{key: row[key] for key in row if key != "time"} for row in context.history]
    data = provide(dataclasses.replace(context, history=rows)).data
    assert data["seconds"] is None
    assert data["seconds_per_epoch"] is None


def test_an_empty_history_is_a_failure_that_says_so(make_context):
    result = provide(dataclasses.replace(make_context(), history=[]))
    assert result.status is Status.FAILED
    assert "the history has no epoch" in str(result.reason)
