import json
from pathlib import Path

import pytest

import ssvae
from ssvae.errors import ProvenanceError
from ssvae.reproduction import code as room
from ssvae.reproduction.code import Code, present_code, restored_code
from ssvae.reproduction.findings import CODE, Finding
from ssvae.runs.source import Restored

PART = {
    "role": "ssvae",
    "within": "ssvae",
    "path": None,
    "kind": "bundle",
    "file": "source.bundle",
    "folder": ".",
    "root": "clone",
    "branch": "main",
    "commit": "c" * 40,
    "needs": None,
    "tree": "t" * 40,
    "remotes": [],
    "left_out": [{"path": "big.bin", "bytes": 10**9, "sha256": "s", "reason": "it is large"}],
}
EXTRA = PART | {
    "role": "extra",
    "within": "extra",
    "kind": "archive",
    "file": "extra.tar.gz",
    "commit": None,
    "tree": None,
    "left_out": [],
}


@pytest.fixture
def record(make_record):
    """A run whose folder has a source.json."""
    made = make_record()
    path = made.folder / "provenance" / "source.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"format": 1, "parts": [PART, EXTRA], "problems": ["a problem"]}))
    return made


@pytest.fixture
def changes(monkeypatch):
    """The lines that are to tell recorded and present code apart."""
    found = []
    monkeypatch.setattr(room, "capture_source", lambda code_folder, working_folder: "now")
    monkeypatch.setattr(room, "source_changes", lambda provenance, now, repositories: tuple(found))
    return found


@pytest.fixture
def restored(monkeypatch):
    """`restored(folder)`: restoring gives this code folder."""

    def give(folder, **more):
        monkeypatch.setattr(
            room, "restore_source", lambda *words: Restored(folder, notes=("a note",), **more)
        )

    return give


def test_the_code_is_restored_and_named(record, restored, tmp_path):
    restored(tmp_path / "code", project=tmp_path / "project", extra=tmp_path / "extra")
    code = restored_code(record, tmp_path / "target")
    assert (code.folder, code.project, code.extra) == tuple(
        tmp_path / name for name in ("code", "project", "extra")
    )
    assert not code.is_here
    assert code.finding == Finding(
        CODE,
        matches=(
            "ssvae: tree tttttttttttt, on commit cccccccccccc, restored from provenance/source.bundle",
            "extra: its files, restored from provenance/extra.tar.gz",
        ),
        notes=("a note",),
    )


def test_where_the_package_itself_was_recorded_its_clone_runs(record, restored, tmp_path):
    package = tmp_path / "clone" / "src" / "ssvae"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    restored(package)
    assert restored_code(record, tmp_path / "target").folder == package.parent
    (tmp_path / "clone" / "train.py").touch()
    code = restored_code(record, tmp_path / "target")
    assert code.folder == tmp_path / "clone"
    assert code.program == tmp_path / "clone" / "train.py"
    assert code.search == package.parent


def test_a_package_has_no_program(tmp_path):
    code = Code(tmp_path, Finding(CODE))
    (tmp_path / "train.py").touch()  # somebody else's
    assert (code.program, code.search) == (None, tmp_path)


def test_a_run_without_recorded_code_can_only_be_run_with_the_code_that_is_here(make_record, tmp_path):
    with pytest.raises(ProvenanceError, match=r"source\.json is not there.* Use --here"):
        restored_code(make_record(), tmp_path)
    code = present_code(make_record())
    assert code.is_here
    assert "did not record" in code.finding.notes[0]


def test_a_damaged_record_is_told(record, tmp_path):
    (record.folder / "provenance/source.json").write_text("{")
    with pytest.raises(ProvenanceError, match=r"source\.json cannot be read"):
        restored_code(record, tmp_path)


def test_the_present_code_that_is_the_runs_matches(record, changes):
    changes.append("D extra/my_parts.py")  # what a run would add now is not known
    code = present_code(record)
    assert code.finding.matches == ("the present code, which is the run's, byte for byte",)
    assert code.finding.differences == ()
    assert code.finding.notes == (
        "a problem",
        "big.bin was not recorded: it is large",
        "files from outside every repository (conf.d, plugins) are not compared",
    )
    assert code.search == Path(ssvae.__file__).parents[1]


def test_what_changed_since_is_listed(record, changes):
    changes += [f"M src/ssvae/file_{number}.py" for number in range(25)]
    differences = present_code(record).finding.differences
    assert differences[0].startswith("the present code, of which 25 files are not the run's")
    assert differences[1] == "M src/ssvae/file_0.py"
    assert differences[-1] == "and 5 more files"
