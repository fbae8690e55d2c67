import dataclasses

import pytest

from ssvae.composition.sweeps.groups import group_names
from ssvae.composition.sweeps.matching import Task, matched, refuse_twins
from ssvae.composition.sweeps.planned import frozen
from ssvae.errors import ConfigError


def slots(jobs, recorded=(), same_code=True, keep=False, **more):
    return matched(jobs, recorded, is_of_this_code=lambda job: same_code, keeps_other_code=keep, **more)


@pytest.fixture
def jobs(plan_of):
    return lambda *words: plan_of("-m", *words).jobs


def done(slot):
    return dataclasses.replace(slot.job, state="completed", attempts=1)


def test_new_jobs_are_numbered_and_named_by_what_differs(jobs):
    first, second = slots(jobs("seed=3,4", "model.kl_weight=0.5"))
    assert first.job.folder == f"000_seed-3_{first.planned.config_hash[:8]}"
    assert (second.job.number, second.job.settings, second.task) == (1, {"seed": 4}, Task.BEGIN)


@pytest.mark.parametrize(
    "value", ["'it''s / \"quoted\"'", "[1,2]", "{a:1}", "ä" * 300, "../../x", "-rf", "$(rm)"]
)
def test_the_name_of_a_folder_is_safe_and_short_whatever_is_swept(jobs, value):
    (slot,) = slots([dataclasses.replace(jobs("seed=0,1")[0], settings={"experiment.description": value})])
    assert len(slot.job.folder) < 90
    assert set(slot.job.folder) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert slot.job.folder.startswith("000_")


def test_jobs_keep_their_numbers_when_values_are_added_before_and_between(jobs):
    old = slots(jobs("seed=1,3"))
    new = slots(jobs("seed=0,1,2,3"), [done(old[0]), old[1].job])
    assert [(slot.job.number, slot.planned.settings["seed"], slot.task) for slot in new] == [
        (2, 0, Task.BEGIN),
        (0, 1, Task.NOTHING),
        (3, 2, Task.BEGIN),
        (1, 3, Task.BEGIN),
    ]


@pytest.mark.parametrize("state", ["failed", "interrupted", "lost", "unknown"])
def test_a_job_that_did_not_end_well_goes_on_in_its_own_folder(jobs, state):
    (old, *_) = slots(jobs("seed=0,1"))
    (slot, *_) = slots(jobs("seed=0,1"), [dataclasses.replace(old.job, state=state)])
    assert (slot.task, slot.job.folder) == (Task.CONTINUE, old.job.folder)


def test_with_other_code_a_job_begins_again_beside_the_old_one(jobs):
    (old, *_) = slots(jobs("seed=0,1"))
    (slot, *_) = slots(jobs("seed=0,1"), [done(old)], same_code=False, taken=[f"{old.job.folder}_2"])
    assert (slot.task, slot.before) == (Task.AGAIN, old.job.folder)
    assert (slot.job.number, slot.job.folder) == (0, f"{old.job.folder}_3")
    (kept, *_) = slots(jobs("seed=0,1"), [done(old)], same_code=False, keep=True)
    assert kept.task is Task.NOTHING


def test_two_jobs_that_would_be_the_same_are_refused(jobs):
    with pytest.raises(ConfigError, match=r"Runs 0 and 2 of the sweep would be the same: seed=0\. Name each"):
        refuse_twins(jobs("seed=0,1,0"))


def test_two_jobs_in_one_folder_are_refused(jobs):
    with pytest.raises(ConfigError, match="gives runs 0 and 1 the same folder, x"):
        slots(jobs("seed=0,1"), folder_name=lambda job, number: "x")


def test_groups_are_the_jobs_that_share_their_programs(jobs):
    def groups(*words):
        return "".join(group_names([job.experiment for job in jobs(*words)]))

    assert groups("seed=0,1", "training.learning_rate=0.1,0.2", "data.label_seed=0,1") == "AAAAAAAA"
    assert groups("model.latent_dim=2,3", "seed=0,1") == "AABB"
    assert groups("data.num_labeled=100,200,20") == "AAB"


def test_a_frozen_job_is_what_hydra_composes(jobs, made):
    from hydra.core.utils import setup_globals
    from hydra.types import RunMode

    setup_globals()
    shared = ['hydra.sweep.dir="x"']
    master = made.loader.load_configuration("config", shared, RunMode.MULTIRUN, from_shell=False)
    for job in jobs("model=mixture,vamp", "model.kl_weight=0.5", "experiment.tags=[a,b]"):
        own = 'hydra.sweep.subdir="y z"'
        assert frozen(job, [*master.hydra.overrides.hydra, own]) == made.loader.load_sweep_config(
            master, [*job.words, own]
        )
