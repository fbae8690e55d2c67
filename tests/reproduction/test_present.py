import json
from pathlib import Path

import pytest

import ssvae
from ssvae.errors import ProvenanceError
from ssvae.reproduction import present as room
from ssvae.reproduction.present import present_code
from ssvae.runs.git import GitFacts
from ssvae.runs.source import Source


@pytest.fixture
def changes(monkeypatch):
    """The lines that are to tell recorded and present code apart."""
    found = []
    monkeypatch.setattr(
        room, "capture_source", lambda code_folder, working_folder: Source({}, {"parts": []}, GitFacts())
    )
    monkeypatch.setattr(room, "source_changes", lambda provenance, now, repositories: tuple(found))
    return found


def test_the_present_code_that_is_the_runs_matches(recorded, changes):
    changes.append("D extra/my_parts.py")  # what a run would add now is not known
    code = present_code(recorded)
    assert code.finding.matches == ("the present code: every file is what provenance/ holds, byte for byte",)
    assert code.finding.differences == ()
    assert code.finding.notes == (
        "a problem",
        "big.bin was not recorded: it is large",
        "files from outside every repository (conf.d, plugins) are not compared",
    )
    assert code.search == Path(ssvae.__file__).parents[1]


def test_what_changed_since_is_listed(recorded, changes):
    changes += [f"M src/ssvae/file_{number}.py" for number in range(25)]
    differences = present_code(recorded).finding.differences
    assert differences[0].startswith("the present code, of which 25 files are not the run's")
    assert differences[1] == "M src/ssvae/file_0.py"
    assert differences[-1] == "and 5 more files"


def test_equal_trees_are_told_as_what_was_compared(recorded, part, changes, monkeypatch):
    parts = [{"within": "ssvae", "path": None, "tree": "a" * 40}]
    monkeypatch.setattr(room, "capture_source", lambda *folders: Source({}, {"parts": parts}, GitFacts()))
    facts = recorded.folder / "provenance/source.json"
    facts.write_text(json.dumps({"format": 1, "parts": [part], "problems": []}))
    (match,) = present_code(recorded).finding.matches
    assert match.startswith("the present code has the tree that provenance/source.json names (aaaaaaaaaaaa)")
    assert "not the files in the run's folder" in match


def test_a_record_that_cannot_be_compared_claims_nothing(recorded, changes, monkeypatch):
    def fail(*words):
        raise ProvenanceError("git is not installed")

    monkeypatch.setattr(room, "source_changes", fail)
    code = present_code(recorded)
    assert code.is_here
    assert (code.finding.matches, code.finding.differences) == ((), ())
    assert code.finding.notes[0].endswith("cannot be told: git is not installed")
    (recorded.folder / "provenance/source.json").write_text("{")
    assert "cannot be read" in present_code(recorded).finding.notes[0]


def test_a_run_without_recorded_code_runs_with_the_code_that_is_here(make_record):
    code = present_code(make_record())
    assert code.is_here
    assert "did not record" in code.finding.notes[0]
