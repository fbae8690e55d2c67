from pathlib import Path

import pytest

from ssvae.composition.outcome import (
    Outcome,
    exit_code,
    failures_text,
    keep,
    kept_outcomes,
    unseen,
)
from ssvae.errors import ConfigError, DataError, ProvenanceError, TrainingDiverged
from ssvae.runs.lifecycle.lock import sole_writer
from ssvae.runs.lifecycle.state import write_state

RUN = Path("results/a")


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([], 0),
        ([None], 0),
        ([None, ValueError("x")], 1),
        ([TrainingDiverged("x")], 1),
        ([ProvenanceError("x")], 1),
        ([ConfigError("x")], 2),
        ([DataError("x"), None], 2),
        ([DataError("x"), ValueError("x")], 1),
        ([ValueError("x"), KeyboardInterrupt()], 130),
        ([SystemExit(3)], 1),
    ],
)
def test_the_exit_code_says_the_worst(errors, code):
    assert exit_code([Outcome(RUN, error) for error in errors]) == code


def test_of_two_ends_of_one_run_the_failure_counts():
    failure = Outcome(RUN, ValueError("x"))
    with kept_outcomes() as kept:
        keep(Outcome(RUN))
        keep(failure)
        keep(Outcome(RUN))
        keep(Outcome(Path("results/b")))
        assert list(kept.values()) == [failure, Outcome(Path("results/b"))]
    with kept_outcomes() as kept:
        assert not kept


def test_failed_runs_are_listed_with_reason_and_log():
    outcomes = [Outcome(Path("m/000_a")), Outcome(Path("m/001_b"), ValueError("line one\nline two"))]
    assert failures_text(outcomes, planned=3) == (
        "1 of 3 runs failed:\n"
        "  • 001_b: ValueError: line one\n"
        "    m/001_b/logs/train.log\n"
        "1 of 3 runs were not begun this time."
    )
    assert failures_text(outcomes[:1], planned=1) is None


def test_runs_of_other_processes_are_found_by_their_folders(tmp_path):
    for name in ("000_a", "001_b", "002_c", "003_d", "not_a_run"):
        (tmp_path / name).mkdir()
        if name != "not_a_run":
            (tmp_path / name / ".hydra").mkdir()
    write_state(tmp_path / "000_a", "completed")
    write_state(tmp_path / "001_b", "failed", reason="ValueError: x")
    write_state(tmp_path / "003_d", "running")
    with sole_writer(tmp_path / "003_d"):  # which another process would be
        outcomes = unseen(tmp_path, [Outcome(tmp_path / "002_c")])
    assert [outcome.run_dir.name for outcome in outcomes] == ["000_a", "001_b"]
    assert outcomes[0].error is None
    assert str(outcomes[1].error) == "ValueError: x"
