"""The facts of training are those of the history."""

import dataclasses

import pytest

from ssvae.evaluation.metrics.training import provide
from ssvae.status import Status
from ssvae.training.recipes import TrainingConfig


def test_the_facts_are_read_from_the_history(make_context):
    context = make_context(epochs=5)
    data = provide(context).data
    assert data["epochs"] == 5
    assert data["best_epoch"] == context.best_epoch == 4
    assert data["monitor"] == "loss.total.val"
    assert data["best_value"] == context.history[3]["loss.total.val"]
    assert data["final_loss"] == context.history[-1]["loss.total"]
    assert data["seconds"] == pytest.approx(sum(row["time"] for row in context.history))


@pytest.mark.parametrize(("planned", "stopped"), [(5, False), (9, True)])
def test_fewer_epochs_than_planned_are_an_early_stop(make_context, planned, stopped):
    data = provide(make_context(epochs=5, training=TrainingConfig(epochs=planned, patience=1))).data
    assert data["stopped_early"] is stopped
    assert data["epochs_planned"] == planned


def test_without_an_epoch_nothing_is_known(make_context):
    result = provide(dataclasses.replace(make_context(), history=[]))
    assert result.status is Status.FAILED
    assert "no epoch" in str(result.reason)
