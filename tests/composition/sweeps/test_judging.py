"""What is asked of a sweep as a whole and would not be done is told before it begins."""

import math

import pytest

from ssvae.composition.sweeps.judging import judge_sweep
from ssvae.composition.sweeps.objective import objective
from ssvae.errors import ConfigError
from ssvae.runs.summary import write_summary
from ssvae.runs.sweeps.record import SweepRecord, write_sweep

SEEDS = ("-m", "seed=0,1")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["hydra.launcher.mode=vmpa"],
            "must be one of auto, sequential, vmap, got 'vmpa'. Did you mean 'vmap'?",
        ),
        (["hydra.launcher.max_lanes=0"], "hydra.launcher.max_lanes must be a whole number above 0, got '0'"),
        (["hydra.launcher.max_lanes=-1"], "Leave it out for as many as memory holds."),
        (["hydra.sweeper.max_batch_size=0"], "hydra.sweeper.max_batch_size must be a whole number above 0"),
        (
            ["sweep.on_failure=stop", "hydra/launcher=basic"],
            "sweep.on_failure=stop needs hydra/launcher=batched",
        ),
        (["sweep.on_failure=retry=2", "hydra/launcher=basic"], "with basic, every job runs once"),
        (["sweep.on_failure=stop", "hydra.launcher.mode=vmap"], "needs hydra.launcher.mode=sequential"),
        (["sweep.replicates=[sead]"], "sweep.replicates: sead is not a setting. Did you mean 'seed'?"),
        (["sweep.baseline=model=vamp"], "model does not differ between the jobs"),
        (["sweep.baseline=model.kl_weight=3", "model.kl_weight=1,2"], "and no job has it"),
        (["sweep.baseline=prior=vamp", "model.kl_weight=1,2"], "and model.kl_weight does"),
        (["sweep.resume=mine", "hydra.sweep.dir=other"], "hydra.sweep.dir=other is another folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_nobody_would_heed_is_a_mistake(plan_of, words, message):
    with pytest.raises(ConfigError) as found:
        judge_sweep(plan_of(*SEEDS, *words))
    (problem,) = found.value.problems
    assert message in problem


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["hydra.launcher.mode=vmap", "hydra.launcher.max_lanes=3", "hydra.sweeper.max_batch_size=2"],
        ["sweep.on_failure=retry=2", "hydra.launcher.mode=vmap"],
        ["sweep.on_failure=stop", "hydra/sweeper=basic"],
        ["hydra/launcher=basic"],
        ["sweep.replicates=[seed,model.latent_dim]"],
        ["sweep.baseline=model.kl_weight=1", "model.kl_weight=1.0,2.0"],
        ["sweep.baseline=model.kl_weight=3", "sweep.resume=mine"],
        ["sweep.resume=mine", "hydra.sweep.dir=./mine"],
        ["sweep.resume=true", "hydra.sweep.dir=mine"],
    ],
    ids=" ".join,
)
def test_what_will_be_done_is_none(plan_of, words):
    judge_sweep(plan_of(*SEEDS, *words))


def test_all_mistakes_are_told_at_once(plan_of):
    with pytest.raises(ConfigError) as found:
        judge_sweep(plan_of(*SEEDS, "hydra.launcher.mode=x", "sweep.replicates=[y]", "sweep.baseline=seed=9"))
    assert len(found.value.problems) == 3


class TestObjective:
    """What a sweeper such as Optuna's looks at."""

    @pytest.mark.parametrize(
        ("metric", "status", "direction", "number"),
        [
            (None, "completed", "None", 0.5),
            ("metric.elbo.val", "completed", "Direction.minimize", -20.0),
            ("metric.elbo.val", "failed", "minimize", math.inf),
            ("metric.foo", "completed", "Direction.maximize", -math.inf),
            ("metric.nan", "completed", "maximize", -math.inf),
        ],
    )
    def test_it_is_the_metric_asked_for_or_the_worst_there_is(
        self, tmp_path, metric, status, direction, number
    ):
        metrics = {"metric.elbo.val": -20.0, "metric.accuracy.val": 0.5, "metric.nan": math.nan}
        write_summary(tmp_path, {"run": {"status": status}, "metrics": metrics})
        write_sweep(tmp_path, SweepRecord({"metric": metric}, ()))
        assert objective(tmp_path, tmp_path, direction) == number

    def test_without_a_record_there_is_none(self, tmp_path):
        assert objective(tmp_path, tmp_path, "maximize") == -math.inf
