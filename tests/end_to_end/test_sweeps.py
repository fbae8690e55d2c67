"""Sweeps with real training: one compilation, the numbers of single runs, nothing lost by kills, one answer."""

import csv
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jax import monitoring

from ssvae.runs.checkpoints import load_checkpoints
from ssvae.runs.sweeps.record import read_sweep

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

QUICK = ("evaluation=quick", "evaluation.plots=none")


def rows(run: Path) -> list[dict[str, str]]:
    """Of metrics.csv, without what no two runs share."""
    with (run / "logs" / "metrics.csv").open() as file:
        return [{key: value for key, value in row.items() if key != "time"} for row in csv.DictReader(file)]


def result(run: Path):
    """All that a run computed."""
    weights = {name: str(arrays) for name, (arrays, _) in load_checkpoints(run).items()}
    return rows(run), json.loads((run / "summary.json").read_text())["metrics"], weights


def only(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_jobs_that_differ_in_numbers_share_one_compilation(main, tiny):
    from ssvae.training.epoch import train_epoch
    from ssvae.training.validate import validate

    before = train_epoch._cache_size(), validate._cache_size()
    words = ("seed=0,1", "model.kl_weight=0.5,1.0", "training.learning_rate=1e-3,2e-3", "data.label_seed=0,1")
    assert main("-m", *tiny, *QUICK, *words, "model.latent_dim=3") == 0
    assert (train_epoch._cache_size(), validate._cache_size()) == (before[0] + 1, before[1] + 1)


def test_after_the_first_job_nothing_at_all_is_compiled(main, tiny):
    compiled = []

    def heard(event: str, duration: float, **_):
        compiled.append(event) if event.endswith("/backend_compile_duration") else None

    assert main("-m", *tiny, *QUICK, "seed=0,1") == 0
    monitoring.register_event_duration_secs_listener(heard)
    try:
        assert main("-m", *tiny, *QUICK, "seed=2,3", "model.kl_weight=0.5,0.7", "data.label_seed=1,2") == 0
        of_traced = len(compiled)
        assert main("-m", *tiny, *QUICK, "seed=4", "model.latent_dim=5") == 0
    finally:
        monitoring.unregister_event_duration_listener(heard)
    assert of_traced == 0
    assert compiled  # so the listener hears what it should


def test_a_dry_run_tells_which_jobs_share_their_programs(main, tiny, capsys):
    from ssvae.training.epoch import train_epoch

    words = (
        "-m",
        "evaluation.metrics=none",
        *tiny,
        *QUICK,
        "annealing=linear,cosine",
        "model.latent_dim=3,4",
        "encoder.activation=relu,tanh",
    )
    assert main(*words, "--dry-run") == 0
    groups = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert groups == [*"ABCD"] * 2
    train_epoch.clear_cache()
    assert main(*words) == 0
    assert train_epoch._cache_size() == len(set(groups))


def test_a_job_of_a_sweep_is_to_the_bit_the_run_alone(main, tiny, tmp_path):
    assert main("-m", *tiny, *QUICK, "seed=3,4", "model.kl_weight=0.5,1.0") == 0
    assert main(*tiny, *QUICK, "seed=4", "model.kl_weight=0.5") == 0
    (job,) = only(tmp_path / "multirun_outputs").glob("002_*")
    assert result(job) == result(only(tmp_path / "results"))


def test_runs_trained_as_one_program_differ_by_rounding(main, tiny, tmp_path):
    words = (*tiny, *QUICK, "seed=0,1", "training.learning_rate=1e-3,1e30", "training.gradient_clip=null")
    assert main("-m", *words, "hydra.launcher.mode=vmap") == 1
    (sweep,) = (tmp_path / "multirun_outputs").iterdir()
    assert [job.state for job in read_sweep(sweep).jobs] == ["completed", "failed"] * 2
    assert main(*tiny, *QUICK, "seed=1", "training.learning_rate=1e-3", "training.gradient_clip=null") == 0
    (job,) = sweep.glob("002_*")
    together, alone = rows(job), rows(only(tmp_path / "results"))
    for row, other in zip(together, alone, strict=True):
        assert float(row["loss.total"]) == pytest.approx(float(other["loss.total"]), rel=1e-3)
    log = (job / "logs" / "train.log").read_text()
    assert "Trained as one program with 3 other runs" in log
    assert log.count("Epoch    1/2") == 1


def test_a_sweep_killed_again_and_again_is_in_the_end_what_it_would_have_been(tiny, tmp_path):
    shape = [word for word in tiny if not word.startswith("training.epochs")]
    training = ("training.epochs=8", "training.checkpoint_every=2")
    words = (*shape, *QUICK, *training, "seed=range(0,4)", "model.kl_weight=0.5,1.0")
    command = [sys.executable, str(ROOT / "train.py"), "-m", *words]
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}

    def start(folder: str, *more: str) -> subprocess.Popen:
        (tmp_path / folder).mkdir(exist_ok=True)
        return subprocess.Popen(
            [*command, *more], cwd=tmp_path / folder, env=environment, stdout=subprocess.DEVNULL
        )

    assert start("whole").wait() == 0
    moments = random.Random(6)
    for _ in range(5):
        process = start("killed", "sweep.resume=true")
        time.sleep(moments.uniform(2.0, 7.0))
        process.kill()
        process.wait()
    assert start("killed", "sweep.resume=true").wait() == 0
    whole = only(tmp_path / "whole" / "multirun_outputs")
    killed = max(
        (tmp_path / "killed" / "multirun_outputs").iterdir(), key=lambda sweep: len([*sweep.iterdir()])
    )
    assert {run.name for run in killed.glob("00*")} == {run.name for run in whole.glob("00*")}
    assert [job.state for job in read_sweep(killed).jobs] == ["completed"] * 8
    for run in whole.glob("00*"):
        assert result(killed / run.name) == result(run), run.name
    assert (killed / "summary.csv").read_text().count("completed") == 8
