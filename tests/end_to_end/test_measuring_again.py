"""`ssvae report --from-checkpoint`: what a run was killed before, or did without, is measured of the weights it left."""

import json
import signal

import pytest
from typer.testing import CliRunner

from ssvae.cli.main import application
from ssvae.errors import Interrupted
from ssvae.evaluation.collect import catalog, collect
from ssvae.experiment import read_experiment
from ssvae.pipeline.opening import open_record
from ssvae.runs.config_file import read_config
from ssvae.runs.history import read_history
from ssvae.runs.lifecycle.origin import read_origin
from ssvae.runs.lifecycle.state import STATE_FILE
from ssvae.runs.strict_json import dumps

pytestmark = pytest.mark.slow


def report(*words):
    return CliRunner().invoke(application, ["report", *map(str, words)])


def summary(run):
    return json.loads((run / "summary.json").read_text())


@pytest.fixture
def run(main, tiny, only_run, monkeypatch, tmp_path):
    """A run with one figure and no baseline; what is kept of the data is kept in a folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert main(*tiny, "evaluation=quick") == 0
    return only_run()


def test_the_same_settings_give_the_same_numbers_and_leave_training_as_it_was(run):
    before, files = (
        summary(run),
        {name: (run / name).read_bytes() for name in ("config.yaml", STATE_FILE, "logs/metrics.csv")},
    )
    found = report(run, "--from-checkpoint")
    assert found.exit_code == 0, found.output
    after = summary(run)
    assert after["metrics"] == before["metrics"]
    assert after["training"] == before["training"]
    assert after["run"].pop("measured_again")["weights"].endswith("measured again from checkpoints/")
    assert after["run"] == before["run"]
    assert {name: (run / name).read_bytes() for name in files} == files


def test_other_settings_add_what_the_run_did_without(run):
    assert summary(run)["components"]["baselines"]["status"] == "disabled"
    found = report(run, "--from-checkpoint", "evaluation=full", "evaluation.importance_samples=20")
    assert found.exit_code == 0, found.output
    after = summary(run)
    assert set(after["components"]) == set(catalog())
    for name in ("baselines", "marginal_likelihood", "ood", "confusion_matrix", "model_evolution"):
        assert after["components"][name]["status"] == "success", name
    assert after["components"]["marginal_likelihood"]["data"]["samples"] == 20
    assert "metric.baseline.knn.accuracy.test" in after["metrics"]
    assert "knn" in (run / "REPORT.md").read_text()
    assert (run / "figures" / "confusion_matrix" / "confusion_matrix.png").stat().st_size > 0


def test_a_run_killed_in_training_gets_its_components(run):
    """As kill -9 leaves it: no component, and nobody who said that it ended."""
    record = summary(run)
    for entry in record["components"].values():
        if entry["status"] == "success":
            entry |= {"status": "not_run", "data": {}}
    (run / "summary.json").write_text(dumps(record | {"metrics": {}, "training": {}}))
    state = json.loads((run / STATE_FILE).read_text())
    (run / STATE_FILE).write_text(
        dumps(state | {"status": "running", "pid": 2**22 - 1, "boot_id": "another"})
    )
    found = report(run, "--from-checkpoint")
    assert found.exit_code == 0, found.output
    assert summary(run)["components"]["classification"]["status"] == "success"
    assert summary(run)["metrics"]["metric.accuracy.test"] > 0
    assert (run / "REPORT.md").read_text().splitlines()[2].startswith("**Lost**")
    assert len(read_history(run)) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["evaluation.dpi=200"], "evaluation.dpi=200: a report made from the files alone measures nothing."),
        (["--from-checkpoint", "model=m2"], "'model=m2' is no setting of the evaluation"),
        (["--from-checkpoint", "evaluation=ful"], "evaluation='ful' is not known. Did you mean 'full'?"),
    ],
)
def test_a_mistake_changes_nothing(run, words, told):
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
    found = report(run, *words)
    assert found.exit_code == 2
    assert told in found.output
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()} == before


def test_other_data_and_lost_weights_are_refused_before_anything_changes(run):
    text = (run / "config.yaml").read_text()
    before = (run / "summary.json").read_bytes()
    recorded = next(line for line in text.splitlines() if "data_hash" in line)
    (run / "config.yaml").write_text(text.replace(recorded, '  data_hash: "0123456789ab"'))
    found = report(run, "--from-checkpoint")
    assert (found.exit_code, "is not what the run was trained on" in found.output) == (2, True)
    (run / "config.yaml").write_text(text)
    for path in (run / "checkpoints").iterdir():
        path.unlink()
    found = report(run, "--from-checkpoint")
    assert (found.exit_code, "checkpoints" in found.output) == (2, True)
    assert (run / "summary.json").read_bytes() == before


def test_a_stop_in_the_middle_keeps_the_numbers_of_before(run, monkeypatch):
    def stopped(context):
        yield from list(collect(context))[:5]
        raise Interrupted(signal.SIGTERM)

    monkeypatch.setattr("ssvae.pipeline.evaluating.collect", stopped)
    before = (run / "summary.json").read_bytes()
    found = report(run, "--from-checkpoint", "evaluation.plots=[confusion_matrix]")
    assert found.exit_code == 143
    assert f"To begin again: ssvae report {run} --from-checkpoint 'evaluation.plots=" in found.output
    assert (run / "summary.json").read_bytes() == before


def test_a_run_that_goes_on_forgets_what_was_warned_of_its_first_weights(run):
    record = summary(run)
    record["run"]["warnings"] = [
        {"kind": "low_information", "text": "of old weights"},
        {"kind": "no_bound", "text": "of the routing"},
    ]
    (run / "summary.json").write_text(dumps(record))
    recorder = open_record(_asked(run), run, read_origin(run))
    recorder.phase("training")
    assert [entry["kind"] for entry in summary(run)["run"]["warnings"]] == ["no_bound"]


def _asked(run):
    config = read_config(run)
    return read_experiment({key: value for key, value in config.items() if key != "experiment"})
