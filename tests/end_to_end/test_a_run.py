"""One run, from the command to the report: everything is there, and everything says how it went."""

import csv
import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from ssvae.evaluation.collect import catalog
from ssvae.evaluation.metrics import METRICS
from ssvae.model.terms import TERMS
from ssvae.runs.checkpoints import load_checkpoint
from ssvae.training.history import EPOCH_KEYS

EPOCH_LINE = (
    r"Epoch +\d+/2 \| loss\.total: \d+\.\d \| loss\.recon: \d+\.\d \| loss\.kl\.z: \d+\.\d "
    r"\| loss\.kl\.c: \d+\.\d \| time: \d+\.\ds"
)


def metrics_of(run: Path) -> list[dict[str, str]]:
    """The rows of metrics.csv as text."""
    return list(csv.DictReader((run / "logs" / "metrics.csv").read_text().splitlines()))


def test_a_run_leaves_a_folder_that_explains_itself(main, tiny, only_run, capfd):
    assert main(*tiny, "experiment.name=first try") == 0
    run = only_run()
    assert re.fullmatch(r"first[-_]try_\d{8}_\d{6}", run.name)
    for file in (
        "config.yaml",
        "summary.json",
        "state.json",
        "REPORT.md",
        "report.html",
        "logs/train.log",
        "logs/metrics.csv",
        "logs/components.csv",
        "predictions/validation.safetensors",
        "predictions/test.safetensors",
    ):
        assert (run / file).stat().st_size > 0, file

    log = (run / "logs" / "train.log").read_text()
    assert len(re.findall(EPOCH_LINE, log)) == 2
    assert len(re.findall(EPOCH_LINE, capfd.readouterr().out)) == 2
    assert "parameters" in log
    for name in (*catalog(), *TERMS):
        assert len(re.findall(rf"(?:ENABLED |DISABLED) {re.escape(name)}(?::|$)", log, re.MULTILINE)) == 1, (
            name
        )

    rows = metrics_of(run)
    assert [int(row["epoch"]) for row in rows] == [1, 2]
    assert list(rows[0]) == list(EPOCH_KEYS)

    summary = json.loads((run / "summary.json").read_text())
    assert summary["run"]["status"] == "completed"
    assert set(summary["components"]) == set(catalog())
    best = rows[summary["training"]["best_epoch"] - 1]
    for key in ("metric.elbo.val", "metric.accuracy.val", "metric.k_eff", "metric.information"):
        assert summary["metrics"][key] == pytest.approx(float(best[key]), rel=1e-4), (
            key
        )  # one number, two files
    assert json.loads((run / "state.json").read_text())["status"] == "completed"

    report = (run / "REPORT.md").read_text()
    for name, entry in summary["components"].items():
        assert entry["status"] in ("success", "disabled"), (name, entry)
        assert f"(`{name}`)" in report
    for figure in re.findall(r"!\[[^]]*]\(([^)]+)\)", report):
        assert (run / figure).stat().st_size > 1000, figure
    assert "**To enable:** `likelihood=heteroscedastic`" in report


def test_the_best_checkpoint_holds_the_weights_the_report_speaks_of(main, tiny, only_run):
    assert main(*tiny, "evaluation=quick", "evaluation.plots=none") == 0
    arrays, facts = load_checkpoint(only_run(), "best")
    summary = json.loads((only_run() / "summary.json").read_text())
    assert facts["epoch"] == summary["training"]["best_epoch"]
    assert arrays["statistics"]["tau_counts"].shape == (6, 4)
    last, _ = load_checkpoint(only_run(), "last")
    assert int(last["step"]) == 2 * (400 // 64)


def test_a_component_that_breaks_is_failed_and_the_run_completes(main, tiny, only_run, monkeypatch):
    def broken(context):
        raise ZeroDivisionError("no images at all")

    monkeypatch.setitem(
        METRICS, "classification", dataclasses.replace(METRICS["classification"], provide=broken)
    )
    assert main(*tiny, "evaluation=quick", "evaluation.plots=none") == 0
    summary = json.loads((only_run() / "summary.json").read_text())
    assert summary["run"]["status"] == "completed"
    entry = summary["components"]["classification"]
    assert (entry["status"], entry["reason"]) == ("failed", "ZeroDivisionError: no images at all")
    others = {name: e["status"] for name, e in summary["components"].items() if name != "classification"}
    assert "failed" not in others.values()
    report = (only_run() / "REPORT.md").read_text()
    section = report.split("(`classification`)")[1].split("###")[0]
    assert "**Status:** Failed" in section
    assert "no images at all" in section
    assert "Traceback" in (only_run() / "logs" / "train.log").read_text()


def test_without_a_classifier_tau_says_how_to_enable_it(main, tiny, only_run):
    assert main(*tiny, "classifier=none", "evaluation=quick", "evaluation.plots=none") == 0
    section = (only_run() / "REPORT.md").read_text().split("(`tau_classifier`)")[1].split("###")[0]
    assert "**Status:** Disabled" in section
    assert "**To enable:** `classifier=tau`" in section


def test_a_run_that_diverges_fails_and_its_report_says_where_and_why(main, tiny, only_run, capfd):
    code = main(*tiny, "training.learning_rate=1e30", "training.gradient_clip=null")
    assert code == 1
    assert "Traceback" not in capfd.readouterr().err
    run = only_run()
    summary = json.loads((run / "summary.json").read_text())
    assert summary["run"]["status"] == "failed"
    assert re.search(r"loss\.\S+ became (nan|inf) in epoch 1", summary["run"]["reason"])
    assert {entry["status"] for entry in summary["components"].values()} == {"not_run", "disabled"}
    assert yaml.safe_load((run / "config.yaml").read_text())["experiment"]["status"] == "failed"
    report = (run / "REPORT.md").read_text()
    assert re.search(r"became (nan|inf) in epoch 1", report)
    assert "Failed" in report


def test_the_same_command_twice_gives_the_same_bits_in_two_folders(main, tiny, tmp_path):
    assert main(*tiny, "seed=3", "evaluation=quick") == 0
    assert main(*tiny, "seed=3", "evaluation=quick") == 0
    first, second = sorted((tmp_path / "results").iterdir())
    assert first != second
    tables = [[{**row, "time": ""} for row in metrics_of(run)] for run in (first, second)]
    assert tables[0] == tables[1]
    weights = [load_checkpoint(run, "last")[0]["params"]["prior"]["means"] for run in (first, second)]
    np.testing.assert_array_equal(*weights)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("model=standard", "prior=standard", "classifier=head"), marks=pytest.mark.slow),
        ("model=standard",),
    ],
)
def test_the_standard_model_reports_what_it_lacks(main, tiny, only_run, words):
    settings = [word for word in tiny if not word.startswith("prior.")]
    assert main(*settings, *words, "evaluation=quick", "evaluation.plots=none") == 0
    components = json.loads((only_run() / "summary.json").read_text())["components"]
    assert components["mixture_prior"]["remedy"] == "prior=mixture"
    assert components["classification"]["status"] == "success"


def test_a_sweep_gives_each_job_a_whole_folder(main, tiny, tmp_path):
    assert main("-m", *tiny, "seed=0,1,2", "evaluation=quick", "evaluation.plots=none") == 0
    (sweep,) = (tmp_path / "multirun_outputs").iterdir()
    jobs = sorted(sweep.glob("00*"))
    assert len(jobs) == 3
    assert (sweep / "summary.csv").read_text().count("completed") == 3
    assert "3 of 3 jobs finished" in (sweep / "REPORT.md").read_text()
    for number, job in enumerate(jobs):
        assert job.name.startswith(f"{number:03d}_")
        assert json.loads((job / "summary.json").read_text())["run"]["seed"] == number
        assert (job / "REPORT.md").exists()
        header = yaml.safe_load((job / "config.yaml").read_text())["experiment"]
        assert header["sweep_id"] == sweep.name
        assert header["cli_overrides"]["seed"] == number


def test_a_job_that_fails_takes_no_other_down(main, tiny, tmp_path, capfd):
    code = main(
        "-m",
        *tiny,
        "training.learning_rate=1e30,1e-3",
        "training.gradient_clip=null",
        "evaluation=quick",
        "evaluation.plots=none",
    )
    assert code == 1
    (sweep,) = (tmp_path / "multirun_outputs").iterdir()
    states = [json.loads((job / "state.json").read_text())["status"] for job in sorted(sweep.glob("00*"))]
    assert states == ["failed", "completed"]
    assert "1 of 2 runs failed" in "".join(capfd.readouterr())
