"""Runs that came to their end and that did not, as the report finds them."""

import json
import struct
import zlib

import pytest

from ssvae.runs.config_file import complete_header
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.lifecycle.state import read_state
from ssvae.status import ComponentResult, Finding


def png(width, height):
    """A gray picture of that many pixels."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def fixed(run_dir):
    """A function that puts fixed values where a report has times, versions and the machine."""

    def fix():
        complete_header(
            run_dir,
            versions={"python": "3.11", "jax": "0.10"},
            device="cpu",
            host="desk",
            data_hash="ab" * 32,
        )
        state = read_state(run_dir) | {"started": "2026-01-02T03:04:05", "updated": "2026-01-02T03:04:47"}
        (run_dir / "state.json").write_text(json.dumps(state))
        (run_dir / "logs" / "train.log").write_text(
            "2026-01-02 03:04:05 INFO    ENABLED  training\n2026-01-02 03:04:40 ERROR   loss.kl.z became NaN\n"
        )

    return fix


@pytest.fixture
def completed(recorder, run_dir, row, make_figure, fixed, planned):
    checks = {"collapse": "A component nobody uses", "sigma": "σ at its bounds"}
    recorder.start({"run_id": run_dir.name, "seed": 3}, planned, checks, epochs=100)
    for epoch in range(1, 4):
        recorder.epoch(row(epoch))
    recorder.training({"best_epoch": 2, "weights": "best epoch 2 of 3, chosen by loss.total.val"})
    recorder.warning(
        Finding("collapse", "Component 7 | 20 took no image.", "It costs <KL>.", "prior.num_components=10")
    )
    recorder.checks({"collapse": ("warned", None), "sigma": ("not_checked", "likelihood=bernoulli")})
    accuracy = {"accuracy_test": 0.90625, "accuracy_test_error": 0.0123}
    metrics = {"metric.accuracy.test": 0.90625, "metric.baseline.knn.accuracy.test": 0.875}
    recorder.component(
        "training",
        ComponentResult.success({"epochs": 3, **accuracy, "confusion": [[5, 1], [0, 6]], "metrics": metrics}),
    )
    recorder.component(
        "mixture_prior", ComponentResult.success({"k_eff": 8.33333, "metrics": {"metric.k_eff": 8.33333}})
    )
    recorder.component("loss_curves", ComponentResult.success(figures={"all": make_figure(png(900, 300))}))
    finish_run(run_dir)
    fixed()
    return run_dir


@pytest.fixture
def failed(recorder, run_dir, row, fixed):
    recorder.phase("training")
    recorder.epoch(row(1))
    finish_run(
        run_dir, ValueError("loss.kl.z became NaN | <epoch> 2\nthe last good state is checkpoints/last")
    )
    fixed()
    return run_dir
