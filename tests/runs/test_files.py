import errno
import os
import stat
from pathlib import Path

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import write_bytes, write_text, writing


@pytest.mark.parametrize("is_durable", [True, False])
def test_the_file_holds_what_was_written_and_its_folder_is_made(tmp_path, is_durable):
    path = tmp_path / "new" / "deep" / "note.txt"
    write_text(path, "α\n", is_durable=is_durable)
    write_text(path, "β\n", is_durable=is_durable)
    assert path.read_bytes() == "β\n".encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["note.txt"]


def test_others_may_read_what_the_umask_allows(tmp_path):
    before = os.umask(0o022)
    try:
        write_bytes(tmp_path / "note", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "note").stat().st_mode) == 0o644


@pytest.mark.parametrize("function", ["replace", "fsync"])
def test_a_crash_in_between_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, function):
    path = tmp_path / "note.txt"
    write_text(path, "old")

    def crash(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, function, crash)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["note.txt"]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "No space left on device. The disk is full: free some space"),
        (errno.EROFS, "Read-only file system.* choose another folder with hydra.run.dir=PATH"),
        (errno.EACCES, "Permission denied. You may not write there"),
        (errno.EIO, "Input/output error. Check the disk"),
    ],
)
def test_a_disk_that_refuses_is_explained_and_the_old_file_stays(tmp_path, monkeypatch, code, remedy):
    path = tmp_path / "summary.json"
    write_text(path, "old")

    def refuse(*arguments):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(RunDirectoryError, match=f"summary.json could not be written: {remedy}"):
        write_text(path, "new")
    assert path.read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_really_full_disk_is_explained():
    path = Path("/dev/full")
    with (
        pytest.raises(
            RunDirectoryError, match=r"/dev/full could not be written: No space left on device. The disk is"
        ),
        writing(path),
        path.open("wb", buffering=0) as file,
    ):
        file.write(b"x")


def test_a_file_in_the_way_of_a_folder_is_explained(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(RunDirectoryError, match=r"results/run/state.json could not be written: .*is a file"):
        write_text(tmp_path / "results" / "run" / "state.json", "{}")
