import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.scratch import scratch_folder


def test_the_folder_is_empty_and_gone_afterwards():
    with scratch_folder("a-name") as scratch:
        assert scratch.path.name.startswith("a-name-")
        assert list(scratch.path.iterdir()) == []
        (scratch.path / "file").touch()
    assert not scratch.path.exists()


def test_it_goes_when_something_breaks_too():
    with pytest.raises(KeyboardInterrupt), scratch_folder("a") as scratch:
        raise KeyboardInterrupt
    assert not scratch.path.exists()


def test_it_stays_when_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_folder("a") as scratch:
        scratch.keep()
    assert scratch.path.parent == tmp_path.resolve()
    assert scratch.path.is_dir()


def test_no_place_for_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(RunDirectoryError, match="could not be written"), scratch_folder("a"):
        pass
