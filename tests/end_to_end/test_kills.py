"""A run is killed at twenty-five moments, inside writes too, resumed each time, and is in the end what it would have been."""

import csv
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ssvae.cli.main import application
from ssvae.reproduction.record import read_record
from ssvae.reproduction.result import compare_results
from ssvae.runs.history import COMPONENTS_FILE

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

SETTINGS = (
    "data=synthetic",
    "data.num_train=2000",
    "training.epochs=200",
    "training.batch_size=64",
    "training.checkpoint_every=4",
    "training.patience=190",
    "prior.num_components=6",
    "encoder.hidden_sizes=[16]",
    "decoder.hidden_sizes=[16]",
    "evaluation.plots=[loss_curves]",
)

KILLER = '''
"""Kills its own process at the n-th time that a file is about to be replaced, or is about to reach the disk."""
import fnmatch, os, signal

kind, name, count = os.environ.get("KILL_AT", "::0").split(":")
real, seen = getattr(os, kind or "replace"), []

def dies(*arguments):
    path = arguments[1] if kind == "replace" else os.readlink(f"/proc/self/fd/{arguments[0]}")
    if fnmatch.fnmatch(os.path.basename(os.fspath(path)), name):
        seen.append(path)
        if len(seen) == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)

if kind:
    setattr(os, kind, dies)
'''

IN_TRAINING = [
    "fsync:.last-*.tmp:1",  # the new state is half there
    "replace:last-*:2",
    "fsync:.best-*.tmp:1",
    "replace:index.json:2",  # both files are there, nothing refers to them
    "write:metrics.csv:2",  # components.csv has the epoch already
    "write:components.csv:2",
]
AFTER_TRAINING = [
    "replace:summary.json:3",
    "replace:*.png:1",
    "fsync:.REPORT.md*:1",
    "replace:REPORT.md:1",
    "replace:report.html:1",
    "fsync:.state.json*:2",  # the end is half told
]
RANDOM_KILLS = 13


@pytest.fixture
def start(tmp_path):
    """A function that starts a command in the folder of the test, perhaps to be killed at a certain point."""
    (tmp_path / "killer.py").write_text(KILLER)

    def begin(*words, kill_at=""):
        environment = {**os.environ, "JAX_PLATFORMS": "cpu", "SSVAE_PLUGINS": "killer"}
        with (tmp_path / "console").open("a") as console:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=tmp_path,
                env=environment | ({"KILL_AT": kill_at} if kill_at else {}),
                stdout=console,
                stderr=console,
            )

    return begin


def resume(run):
    return ("-c", "from ssvae.cli.main import main; main()", "resume", str(run))


def rows(run):
    try:
        return (run / "logs" / "metrics.csv").read_bytes().count(b"\n") - 1
    except OSError:
        return 0


def killed_after(process, run, epochs, pause):
    """Kill the process a moment after it has trained so many epochs; the moment falls anywhere."""
    before, deadline = rows(run), time.monotonic() + 120
    while rows(run) < before + epochs and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(pause)
    process.kill()
    process.wait()


def table(run):
    with (run / "logs" / "metrics.csv").open() as file:
        return [{key: cell for key, cell in row.items() if key != "time"} for row in csv.DictReader(file)]


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def shown(run):
    from typer.testing import CliRunner

    return json.loads(CliRunner().invoke(application, ["runs", "show", str(run), "--json"]).output)


def test_killed_twenty_five_times_and_resumed_is_as_never_killed(start, tmp_path):
    generator = random.Random(4)
    train = (str(ROOT / "train.py"), *SETTINGS)
    assert start(*train, "hydra.run.dir=results/whole").wait() == 0
    whole, run = tmp_path / "results" / "whole", tmp_path / "results" / "run"

    # The very first checkpoint: its arrays are there, and nothing says that they count.
    assert start(*train, "hydra.run.dir=results/run", kill_at="replace:index.json:1").wait() == -9
    for _ in range(RANDOM_KILLS - 1):
        assert shown(run)["lifecycle"] == "lost"
        killed_after(start(*resume(run)), run, generator.randint(0, 3), generator.random() * 0.04)
    assert rows(run) < 180, "the kills came too late to be inside the training"
    for point in (*IN_TRAINING, *AFTER_TRAINING):
        assert start(*resume(run), kill_at=point).wait() == -9, f"never reached: {point}"
        assert shown(run)["lifecycle"] == "lost", point
    assert start(*resume(run)).wait() == 0, (tmp_path / "console").read_text()[-3000:]

    assert shown(run)["lifecycle"] == "completed"
    assert table(run) == table(whole)
    assert bytes_of(run / "checkpoints") == bytes_of(whole / "checkpoints")
    assert (run / COMPONENTS_FILE).read_bytes() == (whole / COMPONENTS_FILE).read_bytes()
    for folder in ("figures", "predictions"):
        assert bytes_of(run / folder) == bytes_of(whole / folder)
    assert compare_results(read_record(whole), read_record(run)).differences == ()
    assert not list(run.rglob("*.tmp"))
    assert len(json.loads((run / "state.json").read_text())["resumptions"]) >= 11
