import json

import pytest
from typer.testing import CliRunner

from ssvae.cli.main import application
from ssvae.runs.config_file import write_config
from ssvae.runs.recorder import PlannedComponent, RunRecorder
from ssvae.status import ComponentResult


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run_1"
    folder.mkdir()
    write_config(folder, {"name": "run"}, {"seed": 1})
    absent = ComponentResult.disabled("classifier=none \x1b[31m", "classifier=tau")
    planned = {"tau_classifier": PlannedComponent("Tau", "metric", {}, absent)}
    RunRecorder(folder).start({"run_id": "run_1"}, planned, epochs=1)
    return folder


def why(*words):
    return CliRunner().invoke(application, ["why", *map(str, words)])


def test_one_screen(run):
    done = why(run, "tau_classifier")
    assert done.exit_code == 0
    rows = dict(
        line.split(maxsplit=1) for line in done.output.replace("To enable", "Remedy").splitlines() if line
    )
    assert (rows["Component"], rows["Status"], rows["Remedy"]) == (
        "tau_classifier",
        "disabled",
        "classifier=tau",
    )
    assert "\x1b" not in done.output


def test_json(run):
    found = json.loads(why(run, "tau_classifier", "--json").output)
    assert (found["status"], found["remedy"], found["log"]) == ("disabled", "classifier=tau", [])


@pytest.mark.parametrize("name", ["tau_clasifier", "\x1b[31m"])
def test_an_unknown_component_is_one_line(run, name):
    done = why(run, name)
    assert done.exit_code == 2
    assert "is no component of run_1." in done.output
    assert "\x1b" not in done.output


def test_a_folder_of_no_run_is_one_line(tmp_path):
    done = why(tmp_path, "training")
    assert done.exit_code == 2
    assert "is not a run's folder" in done.output
