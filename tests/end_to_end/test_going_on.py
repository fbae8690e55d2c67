"""Runs that go on with others, in processes of their own: children, children of the living, two who want the same."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from ssvae.reproduction.record import read_record
from ssvae.reproduction.result import compare_results

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

SETTINGS = (
    "data=synthetic",
    "training.batch_size=64",
    "training.schedule=constant",
    "annealing.warmup=0",
    "prior.num_components=6",
    "encoder.hidden_sizes=[16]",
    "decoder.hidden_sizes=[16]",
    "evaluation.plots=none",
)


@pytest.fixture
def start(tmp_path):
    """A function that starts `train …` or `resume …` in the folder of the test."""
    started = []

    def begin(*words):
        with (tmp_path / "console").open("a") as console:
            process = subprocess.Popen(
                [sys.executable, "-c", "from ssvae.cli.main import main; main()", *map(str, words)],
                cwd=tmp_path,
                env={**os.environ, "JAX_PLATFORMS": "cpu"},
                stdout=console,
                stderr=console,
            )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def wait_for(tmp_path):
    """A function that waits until something is so."""

    def wait(condition, what=""):
        deadline = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < deadline, f"{what}: {(tmp_path / 'console').read_text()[-2000:]}"
            time.sleep(0.005)

    return wait


def epochs(run):
    with (run / "logs" / "metrics.csv").open() as file:
        return [int(row["epoch"]) for row in csv.DictReader(file)]


def header(run):
    return yaml.safe_load((run / "config.yaml").read_text())["experiment"]


def test_a_child_with_more_epochs_is_the_run_that_had_them_from_the_start(start, tmp_path):
    """Where no schedule looks at the number of epochs."""
    assert start("train", *SETTINGS, "training.epochs=12", "hydra.run.dir=whole").wait() == 0
    assert start("train", *SETTINGS, "training.epochs=7", "hydra.run.dir=parent").wait() == 0
    assert start("train", "resume=parent", "training.epochs=12", "hydra.run.dir=child").wait() == 0
    child = tmp_path / "child"
    result = compare_results(read_record(tmp_path / "whole"), read_record(child))
    assert [one.key for one in result.differences] == ["the epoch of the run it went on from"]
    found = header(child)
    assert (found["resumed_from"], found["resumed_epoch"]) == ("parent", 7)
    assert found["config_changes"] == {"training.epochs": {"from": 7, "to": 12}}
    assert start("train", "resume=child", "training.epochs=13", "hydra.run.dir=grandchild").wait() == 0
    assert epochs(tmp_path / "grandchild") == [*range(1, 14)]


def test_a_child_with_other_weights_has_a_best_epoch_of_its_own(start, wait_for, tmp_path):
    assert start("train", *SETTINGS, "training.epochs=7", "hydra.run.dir=parent").wait() == 0
    words = ("resume=parent", "training.epochs=9", "model.recon_weight=3", "hydra.run.dir=child")
    process = start("train", *words)
    child = tmp_path / "child"
    wait_for((child / "config.yaml").exists, "no record")
    process.kill()  # before its first epoch: it must not forget on the way
    process.wait()
    assert start("resume", "child").wait() == 0
    assert json.loads((child / "summary.json").read_text())["training"]["best_epoch"] in (8, 9)


def test_a_child_that_is_killed_before_its_first_epoch_still_knows_its_parent(start, wait_for, tmp_path):
    assert start("train", *SETTINGS, "training.epochs=7", "hydra.run.dir=parent").wait() == 0
    process = start("train", "resume=parent", "training.epochs=9", "hydra.run.dir=child")
    child = tmp_path / "child"
    wait_for((child / "config.yaml").exists, "no record")  # JAX is still being imported
    process.kill()
    process.wait()
    assert start("resume", "child").wait() == 0
    assert epochs(child) == [*range(1, 10)]
    assert "Training goes on after epoch 7 of child" in (child / "logs" / "train.log").read_text()


def test_a_child_of_a_run_that_goes_on_has_no_hole(start, wait_for, tmp_path):
    live = start("train", *SETTINGS, "training.epochs=100000", "hydra.run.dir=live")
    index = tmp_path / "live" / "checkpoints" / "index.json"
    wait_for(index.exists, "no checkpoint")
    process = start("train", "resume=live", "training.epochs=100000", "seed=1", "hydra.run.dir=child")
    child = tmp_path / "child"
    wait_for(lambda: (child / "config.yaml").exists(), "no record")
    first = header(child)["resumed_epoch"]
    wait_for(lambda: len(epochs(child)) > first + 5, "no epoch")
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 143
    assert epochs(child) == [*range(1, len(epochs(child)) + 1)]
    again = start("resume", "child")
    before = len(epochs(child))
    wait_for(lambda: len(epochs(child)) > before, "it does not go on")
    for one in (again, live):
        one.terminate()
        assert one.wait() == 143


def test_of_two_who_resume_the_same_run_one_does_and_the_other_is_told(start, wait_for, tmp_path):
    process = start("train", *SETTINGS, "training.epochs=3000", "hydra.run.dir=run")
    run = tmp_path / "run"
    wait_for(lambda: (run / "checkpoints" / "index.json").exists(), "no checkpoint")
    process.kill()
    process.wait()
    codes = sorted(one.wait() for one in [start("resume", "run"), start("resume", "run")])
    assert codes[0] == 0
    assert codes[1] in (1, 2)
    assert epochs(run) == [*range(1, 3001)]
    state = json.loads((run / "state.json").read_text())
    assert (state["status"], len(state["resumptions"])) == ("completed", 1)
    console = (tmp_path / "console").read_text()
    assert "is being written to by" in console or "is still running" in console


def test_of_two_sweeps_in_one_folder_one_runs(start, tmp_path):
    words = ("train", "-m", "seed=0,1", *SETTINGS, "training.epochs=5", "hydra.sweep.dir=sweep")
    codes = sorted(one.wait() for one in [start(*words), start(*words)])
    assert codes == [0, 2], (tmp_path / "console").read_text()
    states = [json.loads(path.read_text()) for path in (tmp_path / "sweep").glob("*/state.json")]
    assert [state["status"] for state in states] == ["completed", "completed"]
    assert len({state["pid"] for state in states}) == 1
