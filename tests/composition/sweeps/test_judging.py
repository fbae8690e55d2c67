"""What is asked of a sweep as a whole and would not be done is told before it begins."""

from unittest.mock import Mock

import pytest
from hydra.types import HydraContext
from omegaconf import OmegaConf

from ssvae.composition.launching import Launch
from ssvae.composition.sweeps.judging import judge_sweep
from ssvae.errors import ConfigError

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
        (["sweep.replicates=[seed,prior]"], "sweep.replicates: prior is a group"),
        (["sweep.baseline=model.kl_weight=True", "model.kl_weight=1.0,2.0"], "and no job has it"),
        (["sweep.baseline=model=vamp"], "model does not differ between the jobs"),
        (["sweep.baseline=model.kl_weight=3", "model.kl_weight=1,2"], "and no job has it"),
        (["sweep.baseline=prior=vamp", "model.kl_weight=1,2"], "and model.kl_weight does"),
        (["sweep.baseline='seed=0'"], "seed only repeats a measurement (sweep.replicates)"),
        (["sweep.baseline=model"], "sweep.baseline=model must be settings of a job"),
        (["sweep.baseline='experiment.description=two words'"], "with quotes around a text that has spaces"),
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
        [
            "sweep.baseline='experiment.description=\"two words\"'",
            'experiment.description="two words","it\'s, so"',
        ],
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


@pytest.mark.parametrize(("mode", "lanes"), [("vmpa", None), ("vmap", 0), ("vmap", -1)])
def test_the_launcher_itself_refuses_in_other_programs_too(mode, lanes):
    with pytest.raises(
        ConfigError, match=r"hydra\.launcher\.(mode must be one of|max_lanes must be a whole)"
    ):
        Launch(Mock(HydraContext), print, OmegaConf.create(), mode, lanes).run([], 0)
