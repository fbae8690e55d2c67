"""What a sweeper such as Optuna's looks at."""

import math

import pytest

from ssvae.composition.sweeps.objective import objective
from ssvae.runs.summary import write_summary
from ssvae.runs.sweeps.record import SweepRecord, write_sweep


@pytest.mark.parametrize(
    ("metric", "status", "direction", "number"),
    [
        (None, "completed", "None", 0.5),
        ("metric.elbo.val", "completed", "Direction.minimize", -20.0),
        ("metric.elbo.val", "failed", "minimize", math.inf),
        ("metric.foo", "completed", "Direction.maximize", -math.inf),
        ("metric.nan", "completed", "maximize", -math.inf),
    ],
)
def test_it_is_the_metric_asked_for_or_the_worst_there_is(tmp_path, metric, status, direction, number):
    metrics = {"metric.elbo.val": -20.0, "metric.accuracy.val": 0.5, "metric.nan": math.nan}
    write_summary(tmp_path, {"run": {"status": status}, "metrics": metrics})
    write_sweep(tmp_path, SweepRecord({"metric": metric}, ()))
    assert objective(tmp_path, tmp_path, direction) == number


def test_without_a_record_there_is_none(tmp_path):
    assert objective(tmp_path, tmp_path, "maximize") == -math.inf
