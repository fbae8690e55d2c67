import pytest

from ssvae.errors import ProvenanceError
from ssvae.reproduction import code as room
from ssvae.reproduction.code import Code, restored_code
from ssvae.reproduction.findings import CODE, Finding
from ssvae.runs.source import Restored


@pytest.fixture
def restored(monkeypatch):
    """`restored(folder)`: restoring gives this code folder."""

    def give(folder, **more):
        monkeypatch.setattr(
            room, "restore_source", lambda *words: Restored(folder, notes=("a note",), **more)
        )

    return give


def package(folder):
    """Make the package in `folder`."""
    made = folder / "ssvae"
    made.mkdir(parents=True)
    (made / "__init__.py").touch()
    return made


def test_the_code_is_restored_and_named(recorded, restored, tmp_path):
    package(tmp_path / "code")
    restored(tmp_path / "code", project=tmp_path / "project", extra=tmp_path / "extra")
    code = restored_code(recorded, tmp_path)
    assert (code.folder, code.project, code.extra) == tuple(
        tmp_path / name for name in ("code", "project", "extra")
    )
    assert not code.is_here
    assert code.finding == Finding(
        CODE,
        matches=(
            "ssvae: tree aaaaaaaaaaaa, on commit cccccccccccc, restored from provenance/source.bundle",
            "extra: its files, restored from provenance/extra.tar.gz",
        ),
        notes=("a note",),
    )


def test_where_the_package_itself_was_recorded_its_clone_runs(recorded, restored, tmp_path):
    inner = package(tmp_path / "clone" / "src")
    restored(inner)
    assert restored_code(recorded, tmp_path).folder == inner.parent
    (tmp_path / "clone" / "train.py").touch()
    code = restored_code(recorded, tmp_path)
    assert code.folder == tmp_path / "clone"
    assert code.program == tmp_path / "clone" / "train.py"
    assert code.search == inner.parent


def test_a_package_has_no_program(tmp_path):
    code = Code(tmp_path, Finding(CODE))
    (tmp_path / "train.py").touch()  # somebody else's
    assert (code.program, code.search) == (None, tmp_path)


def test_a_run_without_recorded_code_is_told_what_to_type(make_record, tmp_path):
    with pytest.raises(ProvenanceError, match=r"source\.json is not there.* Use --here"):
        restored_code(make_record(), tmp_path)


def test_a_damaged_record_is_told(recorded, tmp_path):
    (recorded.folder / "provenance/source.json").write_text("{")
    with pytest.raises(ProvenanceError, match=r"source\.json cannot be read"):
        restored_code(recorded, tmp_path)


def test_a_record_outside_the_folder_is_not_read(recorded, tmp_path):
    (recorded.folder / "provenance").rename(tmp_path / "elsewhere")
    (recorded.folder / "provenance").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProvenanceError, match="leads outside the run's folder"):
        restored_code(recorded, tmp_path)


def test_what_holds_no_package_is_not_run(recorded, restored, tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "README.md").touch()
    restored(tmp_path / "code")
    with pytest.raises(
        ProvenanceError, match=r"not the code of a run: code/ssvae/__init__\.py must be a file"
    ):
        restored_code(recorded, tmp_path)


@pytest.mark.parametrize("link", ["src", "src/ssvae", "src/ssvae/__init__.py", "train.py"])
def test_code_that_leads_elsewhere_by_a_link_is_not_run(recorded, restored, tmp_path, link):
    target, elsewhere = tmp_path / "target", tmp_path / "elsewhere"
    for folder in (target / "code", elsewhere):
        package(folder / "src")
        (folder / "train.py").touch()
    restored(target / "code")
    assert restored_code(recorded, target).program
    (target / "code" / link).rename(tmp_path / "away")
    (target / "code" / link).symlink_to(elsewhere / link)
    with pytest.raises(ProvenanceError, match="is absent or leads elsewhere"):
        restored_code(recorded, target)


def test_without_git_the_way_that_needs_none_is_named(recorded, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (recorded.folder / "provenance/source.bundle").write_text(
        f"# v2 git bundle\n{'a' * 40} refs/heads/snapshot\n\n"
    )
    with pytest.raises(
        ProvenanceError, match=r"needs git, which is not.* Use --here .*, which needs no git\."
    ):
        restored_code(recorded, tmp_path / "target")
