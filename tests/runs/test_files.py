import concurrent.futures
import contextlib
import errno
import itertools
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from ssvae.errors import CheckpointError, RunDirectoryError
from ssvae.runs import files
from ssvae.runs.checkpoints import load_checkpoint
from ssvae.runs.config_file import complete_header, write_config
from ssvae.runs.files import remove_leftovers, subfolder, write_bytes, write_text, writing
from ssvae.runs.history import HistoryFiles
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.reporting.report import render_report, write_report
from ssvae.status import ComponentResult


@pytest.mark.parametrize("is_durable", [True, False])
def test_the_file_holds_what_was_written_and_nothing_else_stays(tmp_path, is_durable):
    path = tmp_path / "note.txt"
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
        (errno.EDQUOT, "Disk quota exceeded. Your quota is used up: free some space"),
        (errno.EFBIG, r"File too large. No file may be that large here: raise the limit \(ulimit -f\)"),
        (errno.EROFS, "Read-only file system.* use another folder .of a new run: hydra.run.dir=PATH"),
        (errno.EACCES, "Permission denied. You may not write there"),
        (errno.EIO, "Input/output error. The disk is failing"),
        (errno.ESTALE, "Stale file handle. The network disk no longer knows the folder"),
        (errno.ELOOP, "Too many levels of symbolic links. Check the disk"),
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
    with pytest.raises(RunDirectoryError, match=r"results could not be written: .*is a file"):
        subfolder(tmp_path, "results")


@pytest.mark.parametrize("name", ["checkpoints", "figures/loss_curves"])
def test_a_run_that_was_deleted_does_not_come_back_to_life(tmp_path, name):
    gone = tmp_path / "run"
    with pytest.raises(RunDirectoryError, match=r"run/state.json could not be written: .*The folder is gone"):
        write_text(gone / "state.json", "{}")
    with pytest.raises(RunDirectoryError, match=r"could not be written: .*The folder is gone: do not move"):
        subfolder(gone, name)
    assert not gone.exists()


def test_a_folder_in_the_run_is_made_once(run_dir):
    made = subfolder(run_dir, "figures/loss_curves")
    assert made == run_dir / "figures" / "loss_curves" == subfolder(run_dir, "figures/loss_curves")
    assert made.is_dir()


def test_a_folder_that_is_a_link_to_elsewhere_is_not_written_into(run_dir, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (run_dir / "logs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(
        RunDirectoryError, match="logs is a link to another place, and a run keeps everything"
    ):
        subfolder(run_dir, "logs")


def test_a_link_is_replaced_and_what_it_points_to_stays(run_dir, tmp_path):
    (tmp_path / "precious").write_text("mine")
    (run_dir / "REPORT.md").symlink_to(tmp_path / "precious")
    write_text(run_dir / "REPORT.md", "theirs")
    assert (tmp_path / "precious").read_text() == "mine"
    assert (run_dir / "REPORT.md").read_text() == "theirs"
    assert not (run_dir / "REPORT.md").is_symlink()


def test_a_link_under_the_temporary_name_is_not_followed(run_dir, tmp_path, monkeypatch):
    (tmp_path / "precious").write_text("mine")
    monkeypatch.setattr(files, "_COUNTER", itertools.repeat(7))
    (run_dir / f".note.{os.getpid()}.7.tmp").symlink_to(tmp_path / "precious")
    write_text(run_dir / "note", "x")
    assert (tmp_path / "precious").read_text() == "mine"
    assert (run_dir / "note").read_text() == "x"


def test_threads_do_not_write_into_each_others_file(run_dir):
    texts = [letter * 100_000 for letter in "abcd"]

    def write(text):
        for _ in range(20):
            write_text(run_dir / "state.json", text, is_durable=False)
            assert (run_dir / "state.json").read_text() in texts

    with concurrent.futures.ThreadPoolExecutor(len(texts)) as pool:
        list(pool.map(write, texts))
    assert os.listdir(run_dir) == ["state.json"]


def test_what_killed_processes_left_is_removed_and_nothing_else(run_dir, tmp_path):
    folder = subfolder(run_dir, "figures/loss_curves")
    (tmp_path / "elsewhere").mkdir()
    (run_dir / "linked").symlink_to(tmp_path / "elsewhere")
    left = [run_dir / ".state.json.123.tmp", run_dir / ".state.json.123.4.tmp", folder / ".all.png.9.0.tmp"]
    kept = [run_dir / ".hidden", run_dir / "mine.1.tmp", tmp_path / "elsewhere" / ".x.1.tmp"]
    for path in (*left, *kept):
        path.write_text("half")
    assert remove_leftovers(run_dir) == 3
    assert [path.exists() for path in (*left, *kept)] == [False] * 3 + [True] * 3


def refusing(function, at):
    """`function`, but its call number `at` finds the disk full."""
    calls = itertools.count()

    def call(*arguments, **options):
        if next(calls) == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return function(*arguments, **options)

    return call


@pytest.fixture
def writers(recorder, row, header, body, make_figure):
    """Name → a call that writes, again and again, to a run that has begun."""
    recorder.epoch(row(1))
    recorder.checkpoints({"last": ({"params": {"w": np.zeros(3)}}, {"epoch": 1})})
    folder = recorder.run_dir
    drawn = ComponentResult.success(figures={"all": make_figure()})
    return {
        "config": lambda: write_config(folder, header, body),
        "header": lambda: complete_header(folder, device="cpu"),
        "state": lambda: write_state(folder, "running", phase="training"),
        "summary": lambda: recorder.training({"best_epoch": 1}),
        "metrics": lambda: recorder.epoch(row(2)),
        "metrics cut": lambda: HistoryFiles(folder, 1, keep=0),
        "checkpoint": lambda: recorder.checkpoints({"last": ({"params": {"w": np.ones(3)}}, {"epoch": 2})}),
        "figure": lambda: recorder.component("loss_curves", drawn),
        "report": lambda: write_report(folder),
    }


@pytest.mark.parametrize("function", ["open", "write", "fsync", "replace", "mkdir"])
def test_whatever_call_finds_the_disk_full_the_files_of_before_can_be_read(
    writers, recorder, monkeypatch, function
):
    folder = recorder.run_dir
    for name, write in writers.items():
        for at in range(3):
            # A CheckpointError where the index cannot be read, which comes before anything is written.
            with monkeypatch.context() as patch, contextlib.suppress(RunDirectoryError, CheckpointError):
                patch.setattr(os, function, refusing(getattr(os, function), at))
                write()
            page = render_report(folder)
            assert "not whole" not in page, (name, function, at)
            load_checkpoint(folder, "last")
            assert remove_leftovers(folder) == 0
