import dataclasses
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from ssvae.composition.folders import DEFAULT_RUN, DEFAULT_SUBDIR, DEFAULT_SWEEP, claim_run, claim_sweep
from ssvae.composition.overrides import parse_override
from ssvae.errors import ConfigError, RunDirectoryError

NOW = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def values(words: list[str]) -> dict[str, str]:
    return {override.key_or_group: override.value() for override in map(parse_override, words)}


def test_conf_and_this_room_agree_on_what_means_unchosen(conf):
    hydra = yaml.safe_load((conf / "config.yaml").read_text())["hydra"]
    assert hydra["run"]["dir"] == DEFAULT_RUN
    assert hydra["sweep"] == {"dir": DEFAULT_SWEEP, "subdir": DEFAULT_SUBDIR}


def test_a_run_gets_a_new_folder_named_after_it(plan_of):
    plan = plan_of("experiment.name='My first: run!'")
    folder, words = claim_run(plan, NOW)
    assert folder == Path("results/My_first_run_20260102_030405")
    assert folder.is_dir()
    assert values(words) == {"hydra.run.dir": str(folder)}


def test_runs_of_the_same_second_get_different_folders(plan_of):
    plan = plan_of()
    folders = {claim_run(plan, NOW)[0] for _ in range(10)}
    assert len(folders) == 10
    assert all(folder.is_dir() for folder in folders)


@pytest.mark.parametrize("name", ["out/a", "with space, comma=and 'quotes'"])
def test_a_folder_the_user_names_is_used_when_it_is_new(plan_of, name, tmp_path):
    folder, words = claim_run(plan_of(f'hydra.run.dir="{tmp_path / name}"'), NOW)
    assert folder == tmp_path / name
    assert folder.is_dir()
    assert values(words) == {"hydra.run.dir": str(folder)}


def test_a_named_folder_may_follow_other_settings(plan_of):
    folder, _ = claim_run(plan_of("hydra.run.dir=out/${experiment.name}/${seed}", "seed=7"), NOW)
    assert folder == Path("out/mixture_digits/7")


def test_a_named_folder_that_follows_nothing_is_a_mistake(plan_of):
    with pytest.raises(
        ConfigError, match=r"hydra\.run\.dir refers to something that is not there: Interpolation key"
    ):
        claim_run(plan_of("hydra.run.dir=out/${nope}"), NOW)


def test_a_folder_that_holds_something_is_refused(plan_of, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").touch()
    with pytest.raises(RunDirectoryError, match="is not empty"):
        claim_run(plan_of("hydra.run.dir=out"), NOW)
    with pytest.raises(RunDirectoryError, match=r"out is not empty \(it holds a\), and a sweep never writes"):
        claim_sweep(plan_of("-m", "seed=0,1", "hydra.sweep.dir=out"), NOW)


def test_a_sweep_gets_a_folder(plan_of):
    folder, words = claim_sweep(plan_of("-m", "seed=0,1", "data.num_labeled=50"), NOW)
    assert folder == Path("multirun_outputs/mixture_digits_20260102_030405")
    assert folder.is_dir()
    assert values(words) == {"hydra.sweep.dir": str(folder)}


def test_jobs_that_nobody_knows_beforehand_are_named_by_what_differs(plan_of):
    plan = dataclasses.replace(plan_of("-m", "seed=0,1", "model.kl_weight=0.5,1"), jobs=())
    _, words = claim_sweep(plan, NOW)
    assert values(words)["hydra.sweep.subdir"] == "${ssvae_job_folder:seed,model.kl_weight}"


def test_jobs_without_a_common_name_give_the_sweep_what_differs(plan_of):
    folder, _ = claim_sweep(plan_of("-m", "model=mixture,standard", "data.label_seed=0,1"), NOW)
    assert folder == Path("multirun_outputs/sweep_model_label_seed_20260102_030405")


def test_what_the_user_says_about_a_sweeps_folders_is_left_alone(plan_of):
    plan = plan_of("-m", "seed=0,1", "hydra.sweep.dir=out/x", "hydra.sweep.subdir=${hydra.job.num}")
    folder, words = claim_sweep(plan, NOW)
    assert folder == Path("out/x")
    assert values(words) == {"hydra.sweep.dir": "out/x"}


def test_a_clock_in_a_named_folder_is_read_once(plan_of):
    folder, words = claim_run(plan_of("hydra.run.dir=out/${now:%H-%M-%S-%f}"), NOW)
    assert values(words) == {"hydra.run.dir": str(folder)}
    assert folder.is_dir()
