"""Real runs on disks that fail under them: a clear sentence, exit code 1, and everything written before can be read."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ssvae.runs.checkpoints import load_checkpoints
from ssvae.runs.config_file import read_config
from ssvae.runs.files import remove_leftovers
from ssvae.runs.history import METRICS_FILE, read_history
from ssvae.runs.lifecycle.state import lifecycle, read_state
from ssvae.runs.reporting.report import render_report
from ssvae.runs.summary import read_summary

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="mount and setpriv are those of Linux"),
]

ROOT = Path(__file__).parents[2]

PATIENCE = 120.0  # seconds

PRINTED = "printed"


def mounted(*words):
    """Call mount, or skip where that is not permitted."""
    done = subprocess.run(["mount", *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a disk cannot be mounted here: {done.stderr.strip() or done.returncode}")


@pytest.fixture
def disk(tmp_path):
    """A disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk")
    mounted("-t", "tmpfs", "-o", "size=4m", "none", folder)
    yield folder
    subprocess.run(["umount", "-l", folder / "run"], capture_output=True)
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def begin(tmp_path, tiny):
    """`begin(run)` → the process of a run that writes to `run` and has ended a few of its many epochs."""
    started = []

    def start(run, *before):
        words = [word for word in tiny if not word.startswith("training.epochs")]
        words += ["training.epochs=1000000", "training.patience=null", f"hydra.run.dir={run}"]
        printed = os.open(
            tmp_path / PRINTED, os.O_WRONLY | os.O_CREAT
        )  # a pipe that nobody reads would stop it
        process = subprocess.Popen(
            [*before, sys.executable, str(ROOT / "train.py"), *words],
            cwd=tmp_path,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        os.close(printed)
        started.append(process)
        deadline = time.monotonic() + PATIENCE
        with contextlib.suppress(OSError):
            while process.poll() is None and time.monotonic() < deadline:
                if (run / METRICS_FILE).exists() and (run / METRICS_FILE).read_bytes().count(b"\n") > 5:
                    break
                time.sleep(0.05)
        assert process.poll() is None, (tmp_path / PRINTED).read_text()
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def ended(tmp_path):
    """`ended(process)` → what it printed, once it has ended by itself; its epochs left out."""

    def wait(process):
        process.wait(timeout=PATIENCE)
        lines = (tmp_path / PRINTED).read_text(errors="replace").splitlines()
        printed = "\n".join(line for line in lines if not line.startswith("Epoch "))
        assert process.returncode == 1, printed
        assert "Traceback" not in printed
        assert "--- Logging error ---" not in printed
        return printed

    return wait


def check_what_is_there(run):
    """Every file that was written before is whole."""
    config, history = read_config(run), read_history(run)
    assert config["experiment"]["run_id"] == "run"
    assert read_summary(run)["run"]["run_id"] == "run"
    assert [row["epoch"] for row in history] == list(range(1, len(history) + 1))
    assert len(history) >= 5
    for _, facts in load_checkpoints(run).values():
        assert facts["epoch"] <= len(history)
    assert lifecycle(read_state(run)) in ("failed", "lost")
    assert "not whole" not in render_report(run)
    assert not list(run.rglob("*.tmp"))


def fill(disk):
    """Take every byte that is left."""
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_the_disk_is_full(disk, begin, ended):
    run = disk / "run"
    process = begin(run)
    fill(disk)
    said = ended(process)
    assert "could not be written: No space left on device. The disk is full: free some space" in said
    check_what_is_there(run)


def test_the_disk_becomes_read_only(disk, begin, ended):
    run = disk / "run"
    process = begin(run)
    mounted("--bind", run, run)
    mounted("-o", "remount,bind,ro", run)
    said = ended(process)
    assert "could not be written: Read-only file system. The file system is read-only" in said
    check_what_is_there(run)


def test_the_permission_is_taken_away(tmp_path, begin, ended):
    run = tmp_path / "run"
    before = []
    if os.geteuid() == 0:  # who may do everything gives up just that
        lost = "-dac_override,-dac_read_search"
        before = ["setpriv", f"--bounding-set={lost}", f"--inh-caps={lost}"]
        if shutil.which("setpriv") is None or subprocess.run([*before, "true"]).returncode:
            pytest.skip("root cannot give up its rights here")
    process = begin(run, *before)
    folders = [run, *(path for path in run.rglob("*") if path.is_dir())]
    try:
        for path in (*folders, run / METRICS_FILE):
            path.chmod(0o555)
        said = ended(process)
    finally:
        for path in (*folders, run / METRICS_FILE):
            path.chmod(0o755)
    assert "could not be written: Permission denied. You may not write there" in said
    # A file that was half there when the permission went could not be taken back; going on does that.
    assert remove_leftovers(run) <= 1
    check_what_is_there(run)


def test_the_folder_is_deleted(tmp_path, begin, ended):
    run = tmp_path / "run"
    process = begin(run)
    while run.exists():  # it may write while we delete
        shutil.rmtree(run, ignore_errors=True)
    said = ended(process)
    assert "The folder is gone: do not move or delete a run that is still going." in said
    assert not run.exists()
