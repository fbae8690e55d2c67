"""Made-up sweeps: the files that runs would have left, without any training."""

import itertools

import pytest

from ssvae.runs.config_file import write_config
from ssvae.runs.history import METRICS_FILE
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.rows import RowsFile
from ssvae.runs.summary import write_summary
from ssvae.runs.sweeps.record import Job, SweepRecord, write_sweep

HEADER = {
    "sweep_id": "kl_20260102_030405",
    "name": "kl",
    "description": "Does less KL help?",
    "tags": ["ablation"],
    "timestamp": "2026-01-02T03:04:05",
    "command": "python train.py -m model=mixture,vamp model.kl_weight=0.5,1.0 seed=0,1,2",
    "git_commit": "f8b5a17",
    "git_dirty": False,
    "source_id": "c0de",
    "source_changed": None,
    "versions": {"python": "3.11"},
    "host": "desk",
    "on_failure": "continue",
    "metric": None,
    "baseline": None,
    "replicates": ["seed", "data.label_seed"],
    "resumptions": [],
}

GRID = {"model": ["mixture", "vamp"], "model.kl_weight": [0.5, 1.0], "seed": [0, 1, 2]}


def numbers(settings):
    """Mixture is better by 0.1, less KL by 0.02; seeds differ."""
    value = 0.7 + 0.1 * (settings.get("model") == "mixture") + 0.013 * settings.get("seed", 0) ** 2
    value -= 0.04 * float(settings.get("model.kl_weight", 0.0))
    return {
        "metric.accuracy.val": value,
        "metric.accuracy.test": value - 0.01,
        "metric.elbo.val": -30.0 + value,
    }


class Maker:
    """Writes a sweep; `change` says what is different about a job."""

    def __init__(self, sweep_dir):
        self.sweep_dir = sweep_dir

    def __call__(
        self, grid=GRID, header=(), states=(), metrics=(), settings=(), source=(), data=(), epochs=2
    ):
        """`states`, `metrics`, `settings`, `source`, `data`: number of a job → what is different about it."""
        states, metrics, settings = dict(states), dict(metrics), dict(settings)
        source, data = dict(source), dict(data)
        points = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
        jobs = []
        for number, point in enumerate(points):
            state, reason = states.get(number, ("completed", None))
            job = Job(
                number,
                f"{number:03}_job_{number:08x}",
                f"{number:064x}",
                point,
                state=state,
                reason=reason,
                seconds=1.5,
                words=tuple(f"{key}={value}" for key, value in point.items()),
            )
            jobs.append(job)
            if state != "pending":
                folder = self.sweep_dir / job.folder
                folder.mkdir()
                body = {
                    "seed": point.get("seed", 0),
                    "data": {"name": "digits", "label_seed": point.get("data.label_seed", 0)},
                    "model": {
                        "name": point.get("model", "standard"),
                        "kl_weight": point.get("model.kl_weight", 1.0),
                    },
                    "training": {"epochs": epochs, **settings.get(number, {})},
                }
                header_of_run = {
                    "name": "kl",
                    "source_id": source.get(number, "c0de"),
                    "data_hash": data.get(number, "da7a"),
                }
                write_config(folder, header_of_run, body)
                write_state(folder, state, reason=reason, is_durable=False)
                rows = RowsFile(folder, METRICS_FILE, ("epoch", "loss.total.val", "metric.accuracy.val"))
                for epoch in range(1, epochs + 1):
                    rows.append(
                        {
                            "epoch": epoch,
                            "loss.total.val": 30.0 / epoch + number,
                            "metric.accuracy.val": 0.1 * epoch,
                        }
                    )
                if state == "completed":
                    found = {**numbers(point), **metrics.get(number, {})}
                    found = {key: value for key, value in found.items() if value is not None}
                    write_summary(folder, {"metrics": found, "training": {"epochs": epochs, "best_epoch": 1}})
        write_sweep(self.sweep_dir, SweepRecord({**HEADER, "grid": grid, **dict(header)}, tuple(jobs)))
        return self.sweep_dir


@pytest.fixture
def make_sweep(tmp_path):
    folder = tmp_path / "kl_20260102_030405"
    folder.mkdir()
    return Maker(folder)
