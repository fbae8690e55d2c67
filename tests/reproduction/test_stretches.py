import hashlib

import pytest

from ssvae.reproduction import stretches as room
from ssvae.reproduction.record import Stretch
from ssvae.reproduction.stretches import code_changes, environment_changes, first_turn
from ssvae.runs.git import GitFacts
from ssvae.runs.source import Source, write_source
from ssvae.runs.source.archive import archive_bytes, manifest_text

PART = {
    "role": "ssvae",
    "within": "ssvae",
    "path": None,
    "kind": "archive",
    "file": "source.tar.gz",
    "folder": ".",
}
PART |= {"root": None, "branch": None, "commit": None, "needs": None, "remotes": [], "left_out": []}


def source(**files):
    content = {f"ssvae/{name}.py": text.encode() for name, text in files.items()}
    tree = hashlib.sha256(manifest_text(content).encode()).hexdigest()
    facts = {"format": 1, "parts": [PART | {"tree": tree}], "problems": []}
    return Source({"source.tar.gz": archive_bytes(content)}, facts, GitFacts())


@pytest.fixture
def resumed(make_record):
    """`resumed(stretch, …)`: the record of a run that was gone on with."""

    def make(*entries, **changes):
        stretches = [
            Stretch(f"provenance/resume_{number:02d}", *entry)
            for number, entry in enumerate(entries, start=1)
        ]
        return make_record(stretches=tuple(stretches), header={"source_id": "a"}, **changes)

    return make


def test_going_on_with_the_same_code_is_no_difference(resumed):
    record = resumed((717, "a", ()), (800, "a", ()))
    assert (code_changes(record), environment_changes(record), first_turn(record)) == ((), (), None)


def test_other_code_is_told_with_its_epoch(resumed):
    record = resumed((300, "a", ()), (717, "b", ()))
    assert code_changes(record) == ("after epoch 717 the run went on with other code (provenance/resume_02)",)
    assert first_turn(record) == 717


def test_the_files_that_had_changed_are_named(resumed):
    record = resumed((717, "b", ()))
    then, later = source(__init__="", model="1"), source(__init__="", model="2", extra="")
    for name, one in (("provenance", then), ("provenance/resume_01", later)):
        (record.folder / name).mkdir(parents=True)
        write_source(record.folder / name, one)
    assert code_changes(record)[1:] == ("A ssvae/extra.py", "M ssvae/model.py")
    (record.folder / "provenance/resume_01/source.tar.gz").write_bytes(b"damaged")
    assert len(code_changes(record)) == 1


def test_a_stretch_whose_record_leads_elsewhere_is_not_read(resumed, tmp_path, monkeypatch):
    record = resumed((717, "b", ()))
    (record.folder / "provenance").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    write_source(tmp_path / "elsewhere", source(__init__=""))
    (record.folder / "provenance/resume_01").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setattr(room, "read_recorded", lambda folder: pytest.fail("it was read"))
    assert len(code_changes(record)) == 1


def test_other_packages_are_told_from_the_environments(resumed):
    record = resumed((5, "a", ("jax was 1 and is 2",)), environment="# python: CPython 3.12\njax==1\n")
    (record.folder / "provenance/resume_01").mkdir(parents=True)
    text = "# python: CPython 3.12\n# TF_CPP_MIN_LOG_LEVEL=1\njax==2\n"
    (record.folder / "provenance/resume_01/environment.txt").write_text(text)
    assert environment_changes(record) == (
        "after epoch 5 the run went on with other software (provenance/resume_01): jax 1 before, 2 from there on",
    )
    assert first_turn(record) == 5


def test_without_a_recorded_environment_what_the_run_noted_is_told(resumed):
    (line,) = environment_changes(resumed((5, "a", ("The code is not that of the beginning", "jax was 1"))))
    assert line.endswith("(provenance/resume_01): jax was 1")
