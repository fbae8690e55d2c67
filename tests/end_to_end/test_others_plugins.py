"""Launchers and sweepers of others, where they are installed: their runs are recorded and answered for as ours are."""

import csv
from pathlib import Path

import pytest
import yaml

from ssvae.runs.sweeps.record import read_sweep

pytestmark = pytest.mark.slow

QUICK = ("evaluation=quick", "evaluation.plots=none")
DIVERGING = "training.learning_rate=1e-3,1e30"


@pytest.fixture
def only_sweep(tmp_path):
    """The one folder of a sweep there is."""

    def find() -> Path:
        (found,) = (tmp_path / "multirun_outputs").iterdir()
        return found

    return find


def table(sweep: Path) -> list[dict[str, str]]:
    with (sweep / "summary.csv").open() as file:
        return list(csv.DictReader(file))


class TestJoblib:
    @pytest.fixture(autouse=True)
    def installed(self):
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="pip install hydra-joblib-launcher")

    def test_its_runs_are_those_of_one_process(self, train_py, tiny, only_sweep, tmp_path):
        words = ("-m", "seed=0,1", *tiny, *QUICK)
        finished = train_py(*words, "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        theirs = only_sweep()
        jobs = read_sweep(theirs).jobs
        assert [(job.state, job.settings) for job in jobs] == [
            ("completed", {"seed": seed}) for seed in (0, 1)
        ]
        headers = [
            yaml.safe_load((theirs / job.folder / "config.yaml").read_text())["experiment"] for job in jobs
        ]
        assert len({header["source_id"] for header in headers}) == 1
        assert {header["sweep_id"] for header in headers} == {theirs.name}
        found = table(theirs)
        theirs.rename(tmp_path / "theirs")
        assert train_py(*words).returncode == 0
        for row, ours in zip(found, table(only_sweep()), strict=True):
            shared = [key for key in ours if key.startswith("metric.")]
            assert [row[key] for key in shared] == [ours[key] for key in shared]

    def test_a_run_that_fails_in_another_process_is_named_in_the_end(self, train_py, tiny, only_sweep):
        words = ("-m", DIVERGING, "training.gradient_clip=null", *tiny, *QUICK)
        finished = train_py(*words, "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
        assert finished.returncode == 1, finished.stdout + finished.stderr
        good, bad = read_sweep(only_sweep()).jobs
        assert (good.state, bad.state) == ("completed", "failed")
        assert bad.folder in finished.stderr
        assert "Traceback" not in finished.stderr


class TestOptuna:
    @pytest.fixture(autouse=True)
    def installed(self):
        pytest.importorskip("hydra_plugins.hydra_optuna_sweeper", reason="pip install hydra-optuna-sweeper")

    @pytest.fixture
    def search(self, train_py, tiny):
        def run(*words):
            asked = (
                "hydra.sweeper.n_trials=3",
                "hydra.sweeper.direction=maximize",
                "sweep.metric=metric.elbo.val",
            )
            return train_py("-m", "hydra/sweeper=optuna", *asked, *words, *tiny, *QUICK)

        return run

    def test_it_looks_at_the_metric_of_the_sweep(self, search, only_sweep):
        finished = search("model.kl_weight=interval(0.1,1)")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        sweep = only_sweep()
        rows = table(sweep)
        assert [row["state"] for row in rows] == ["completed"] * 3
        assert len({row["model.kl_weight"] for row in rows}) == 3
        assert "encoder.hidden_sizes" not in rows[0]  # it hands what all have alike to each
        found = yaml.safe_load((sweep / "optimization_results.yaml").read_text())
        best = max(rows, key=lambda row: float(row["metric.elbo.val"]))
        assert found["best_value"] == pytest.approx(float(best["metric.elbo.val"]))
        assert found["best_params"]["model.kl_weight"] == pytest.approx(float(best["model.kl_weight"]))

    def test_whether_a_baseline_is_there_is_known_in_the_end(self, search):
        finished = search("model.kl_weight=interval(0.1,1)", "sweep.baseline=model.kl_weight=7")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        assert "The baseline model.kl_weight=7 is none of the configurations" in finished.stdout

    def test_a_run_that_fails_counts_as_the_worst(self, search, only_sweep):
        rates = "training.learning_rate=choice(1e-3,1e30)"
        finished = search(rates, "training.gradient_clip=null", "hydra.sweeper.sampler.seed=6")
        assert finished.returncode == 1, finished.stdout + finished.stderr
        states = {(row["training.learning_rate"], row["state"]) for row in table(only_sweep())}
        assert states == {("0.001", "completed"), ("1e+30", "failed")}
        found = yaml.safe_load((only_sweep() / "optimization_results.yaml").read_text())
        assert found["best_params"]["training.learning_rate"] == 0.001
