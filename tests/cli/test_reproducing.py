import json
import signal

import pytest
import typer
from typer.testing import CliRunner

from ssvae.cli.reproducing import reproduce
from ssvae.errors import Interrupted, RunDirectoryError
from ssvae.reproduction import order
from ssvae.reproduction.differences import Difference
from ssvae.reproduction.findings import CODE, Finding, Verdict


@pytest.fixture
def ssvae(monkeypatch):
    """`ssvae(outcome, *words)` → the finished command; reproducing gives, or raises, the outcome."""
    application = typer.Typer()
    application.command()(reproduce)

    def run(outcome, *words):
        def pretend(run_dir, **asked):
            pretend.asked = asked
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(order, "reproduce", pretend)
        finished = CliRunner().invoke(application, [*words])
        finished.asked = getattr(pretend, "asked", None)
        return finished

    return run


SAME = Verdict("a", (Finding(CODE, ("tree",)),))
OTHER = Verdict("a", (), (Difference("loss.total", "1.0 became 2.0", 0.5, 1),))


def test_the_verdict_is_printed_and_is_the_exit_code(ssvae):
    finished = ssvae(SAME, "a")
    assert (finished.exit_code, finished.stdout) == (0, "Reproduced bit for bit\nCode\n  = tree\n")
    finished = ssvae(OTHER, "a")
    assert finished.exit_code == 1
    assert finished.stdout.startswith("Not reproduced")


def test_every_option_arrives(ssvae, tmp_path):
    asked = ssvae(SAME, "a", "--here", "--tolerance", "1e-3", "--output", str(tmp_path), "--keep").asked
    asked.pop("tell")
    assert asked == {"here": True, "tolerance": 1e-3, "output": tmp_path, "keep": True}


def test_for_programs(ssvae):
    assert json.loads(ssvae(OTHER, "a", "--json").stdout)["is_reproduced"] is False


def test_what_cannot_be_tried_is_one_line_and_code_2(ssvae):
    finished = ssvae(RunDirectoryError("\x1b[2J is no run"), "a")
    assert (finished.exit_code, finished.stdout, finished.stderr) == (2, "", "\\x1b[2J is no run\n")
    assert ssvae(SAME, "a", "--tolerance", "-1").exit_code == 2


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Ctrl-C"),
        (Interrupted(signal.SIGINT), 130, "Ctrl-C"),
        (Interrupted(signal.SIGTERM), 143, "the signal SIGTERM"),
    ],
)
def test_an_interruption_has_the_code_of_shells(ssvae, error, code, said):
    finished = ssvae(error, "a")
    assert (finished.exit_code, finished.stderr) == (code, f"Stopped by {said}: nothing was compared.\n")


def test_help_says_that_it_runs_code(ssvae):
    assert "RUNS THE CODE THAT THE FOLDER HOLDS" in ssvae(SAME, "--help").stdout
