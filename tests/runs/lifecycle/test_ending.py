import os
import subprocess
import sys

import pytest

from ssvae.errors import RunDirectoryError, TrainingDiverged
from ssvae.runs.config_file import read_config
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.lifecycle.state import read_state
from ssvae.runs.reporting.report import render_report, write_report
from ssvae.runs.strict_json import dumps
from ssvae.runs.summary import read_summary
from ssvae.status import ComponentResult

DIVERGED = TrainingDiverged("loss.kl.z became NaN in epoch 3")


def outcome(run_dir):
    """(status in state.json, in summary.json, the human label)."""
    label = read_config(run_dir)["experiment"]["status"]
    return read_state(run_dir)["status"], read_summary(run_dir)["run"]["status"], label


@pytest.mark.parametrize(
    ("error", "status", "label", "reason"),
    [
        (None, "completed", "exploratory", None),
        (DIVERGED, "failed", "failed", "loss.kl.z became NaN in epoch 3"),
        (KeyboardInterrupt(), "interrupted", "exploratory", "Ctrl-C"),
        (SystemExit(1), "failed", "failed", "SystemExit: 1"),
        (MemoryError(), "failed", "failed", "MemoryError"),
    ],
)
def test_every_file_tells_the_same_end(recorder, run_dir, error, status, label, reason):
    recorder.phase("training")
    assert finish_run(run_dir, error) == status
    assert outcome(run_dir) == (status, status, label)
    assert read_state(run_dir)["reason"] == read_summary(run_dir)["run"]["reason"] == reason
    assert read_state(run_dir)["phase"] == "training"
    assert f"**{status.capitalize()}**" in (run_dir / "REPORT.md").read_text()


def test_checks_never_reached_say_so_and_answered_ones_stay(recorder, planned, run_dir):
    recorder.plan(planned, {"clip": "Clipped gradients", "sigma": "σ at its bounds"})
    recorder.checks({"sigma": ("not_checked", "likelihood=bernoulli")})
    finish_run(run_dir, DIVERGED)
    checks = read_summary(run_dir)["run"]["checks"]
    assert checks["clip"]["reason"] == "the run ended before it"
    assert checks["sigma"]["reason"] == "likelihood=bernoulli"


def test_components_never_reached_say_why(recorder, run_dir):
    recorder.component("training", ComponentResult.success({"epochs": 3}))
    finish_run(run_dir, DIVERGED)
    components = read_summary(run_dir)["components"]
    reason = "the run ended before it: loss.kl.z became NaN in epoch 3"
    assert components["mixture_prior"]["reason"] == components["loss_curves"]["reason"] == reason
    assert components["training"]["reason"] is None
    assert components["tau_classifier"]["reason"] == "classifier=none"
    report = (run_dir / "REPORT.md").read_text()
    assert report.count("**Status:** Not run") == 2
    assert report.count(f"**Reason:** {reason}") == 2


def test_a_long_error_is_told_in_full_only_once(recorder, run_dir):
    finish_run(run_dir, ValueError("x" * 300 + "\nsecond line"))
    assert read_state(run_dir)["reason"].endswith("x\nsecond line")
    entry = read_summary(run_dir)["components"]["training"]
    assert entry["reason"] == "the run ended before it: ValueError: " + "x" * 188
    assert (run_dir / "REPORT.md").read_text().count("second line") == 1


def test_a_second_call_changes_nothing(recorder, run_dir):
    finish_run(run_dir, DIVERGED)
    names = ("state.json", "summary.json", "config.yaml", "REPORT.md")
    state = read_state(run_dir) | {"updated": "2026-01-02T03:04:05"}
    (run_dir / "state.json").write_text(dumps(state))
    write_report(run_dir)
    before = [(run_dir / name).read_bytes() for name in names]
    assert finish_run(run_dir) == "failed"
    assert finish_run(run_dir, KeyboardInterrupt()) == "failed"
    assert [(run_dir / name).read_bytes() for name in names] == before


def test_an_error_outweighs_a_completion(recorder, run_dir):
    finish_run(run_dir)
    assert finish_run(run_dir, DIVERGED) == "failed"
    assert outcome(run_dir) == ("failed", "failed", "failed")


@pytest.mark.parametrize("missing", ["summary.json", "state.json", "config.yaml", "logs/metrics.csv"])
@pytest.mark.parametrize("how", ["absent", "torn"])
def test_it_works_on_whatever_is_there(recorder, run_dir, row, missing, how):
    recorder.epoch(row(1))
    if how == "absent":
        (run_dir / missing).unlink()
    else:
        (run_dir / missing).write_text('{"run": \n[1')
    if (missing, how) == ("config.yaml", "torn"):
        with pytest.raises(RunDirectoryError, match=r"config.yaml is not YAML any more"):
            finish_run(run_dir, DIVERGED)  # the label cannot be set; everything else is
    else:
        assert finish_run(run_dir, DIVERGED) == "failed"
    assert read_state(run_dir)["status"] == read_summary(run_dir)["run"]["status"] == "failed"
    assert "loss.kl.z became NaN in epoch 3" in (run_dir / "REPORT.md").read_text()


def test_an_empty_folder_gets_a_report(run_dir):
    assert finish_run(run_dir, DIVERGED) == "failed"
    report = (run_dir / "REPORT.md").read_text()
    assert "**Failed** · before it had begun" in report
    assert "None is recorded: the run ended before it had listed them." in report
    assert "config.yaml cannot be read" in report


def test_every_file_is_tried_though_one_cannot_be_written(recorder, run_dir, monkeypatch):
    replace = os.replace

    def refuse_summary(source, target):
        if str(target).endswith("summary.json"):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse_summary)
    with pytest.raises(RunDirectoryError, match=r"summary.json could not be written"):
        finish_run(run_dir, DIVERGED)
    assert read_state(run_dir)["status"] == "failed"
    assert read_config(run_dir)["experiment"]["status"] == "failed"
    assert (run_dir / "REPORT.md").exists()


def test_a_killed_run_says_what_is_missing_and_can_be_reported(recorder, run_dir, row):
    recorder.epoch(row(1))
    code = (
        "import os, signal; from pathlib import Path; from ssvae.runs.recorder import RunRecorder;"
        f"recorder = RunRecorder(Path({str(run_dir)!r})); recorder.phase('training');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    report = render_report(run_dir)
    assert "**Lost** · the process ended without a word, while training, after epoch 1" in report
    assert report.count("**Status:** Not run") == 3
