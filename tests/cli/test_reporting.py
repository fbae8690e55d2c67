"""`ssvae report`: both files once more, from what is in the folder."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ssvae.cli.main import application
from ssvae.runs.lifecycle.ending import finish_run


@pytest.fixture
def ssvae(monkeypatch, tmp_path):
    """`ssvae("report", "run")` → exit code, standard output, standard error; runs in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        done = CliRunner().invoke(application, words)
        return done.exit_code, done.stdout, done.stderr

    return run


def test_both_are_written_again_from_the_files(ssvae):
    run = Path("run")
    run.mkdir()
    finish_run(run, ValueError("too soon"))
    before = {path: path.read_text(encoding="utf-8") for path in (run / "REPORT.md", run / "report.html")}
    for path, text in before.items():
        assert "too soon" in text
        path.unlink()
    assert ssvae("report", "run") == (0, "run/REPORT.md\nrun/report.html\n", "")
    assert {path: path.read_text(encoding="utf-8") for path in before} == before


def test_a_folder_that_is_not_there_is_said(ssvae):
    code, out, err = ssvae("report", "nowhere")
    assert (code, out) == (2, "")
    assert err == "nowhere is not a run's folder. Name one, as in ssvae runs show results/NAME.\n"


def test_the_report_of_somebody_else_is_left_alone(ssvae):
    other = Path("other")
    other.mkdir()
    (other / "REPORT.md").write_text("mine")
    assert ssvae("report", "other")[0] == 2
    assert (other / "REPORT.md").read_text() == "mine"
    assert [path.name for path in other.iterdir()] == ["REPORT.md"]
