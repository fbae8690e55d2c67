"""Whole sweeps, their training replaced: what is kept, gone on with, stopped and tried again."""

import dataclasses
import os
import re
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from ssvae.comparison.answer import read_answer
from ssvae.composition.launching import Launch
from ssvae.composition.sweeps.in_progress import SweepInProgress
from ssvae.errors import TrainingDiverged
from ssvae.runs.config_file import fill_header
from ssvae.runs.lifecycle.lock import LOCK_FILE, sole_writer
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.summary import read_summary, write_summary
from ssvae.runs.sweeps.record import SweepRecord, read_sweep, write_sweep

pytestmark = pytest.mark.slow


def only_sweep() -> Path:
    (sweep,) = Path("multirun_outputs").iterdir()
    return sweep


def states(sweep: Path) -> list[str]:
    return [job.state for job in read_sweep(sweep).jobs]


class Training:
    """Counts what is trained; fails the seeds in `bad`."""

    def __init__(self, *bad, error=None):
        self.bad, self.error, self.seeds = set(bad), error or ValueError("unlucky"), []

    def __call__(self, experiment, run_dir):
        self.seeds.append(experiment.seed)
        if experiment.seed in self.bad:
            raise self.error


def test_the_same_command_again_does_what_is_left_and_what_is_new(train):
    first, second = Training(1), Training()
    assert train("-m", "seed=0,1", training=first).code == 1
    done = train("-m", "seed=0,1,2", "sweep.resume=true", training=second)
    assert (done.code, first.seeds, second.seeds) == (0, [0, 1], [1, 2])
    assert "of 3 runs, 1 begins, 1 goes on, 1 is complete." in done.out
    sweep = only_sweep()
    record = read_sweep(sweep)
    assert states(sweep) == ["completed"] * 3
    assert [job.attempts for job in record.jobs] == [1, 2, 1]
    assert record.header["grid"] == {"seed": [0, 1, 2]}
    assert len(record.header["resumptions"]) == 1
    assert len(list(sweep.glob("00*"))) == 3


def test_hydras_own_sweeper_hands_out_what_was_planned(train):
    training = Training()
    assert (
        train("-m", "seed=1,2", "hydra/sweeper=basic", "hydra/launcher=batched", training=training).code == 0
    )
    assert (training.seeds, states(only_sweep())) == ([1, 2], ["completed"] * 2)


def test_folders_are_named_as_the_user_says(train):
    assert train("-m", "seed=1,2", "hydra.sweep.subdir=job_${hydra.job.num}").code == 0
    assert [job.folder for job in read_sweep(only_sweep()).jobs] == ["job_0", "job_1"]


def test_the_folder_alone_goes_on_with_the_jobs_of_every_command(train):
    words = ("-m", "model.kl_weight=0.5,1.0", "seed=0,1")
    train(*words, training=Training(1))
    sweep = only_sweep()
    train("-m", "model.kl_weight=2.0", "seed=0,1", f"sweep.resume={sweep}", training=Training(0))
    assert states(sweep) == ["completed", "failed", "completed", "failed", "failed", "completed"]
    assert read_sweep(sweep).jobs[-1].settings == {"model.kl_weight": 2.0, "seed": 1}
    again = Training()
    assert train("-m", f"sweep.resume={sweep}", training=again).code == 0
    assert (again.seeds, states(sweep)) == ([1, 1, 0], ["completed"] * 6)
    assert read_sweep(sweep).header["grid"] == {"model.kl_weight": [0.5, 1.0, 2.0], "seed": [0, 1]}


def settings_of(sweep: Path) -> list[dict]:
    return [dict(job.settings) for job in read_sweep(sweep).jobs]


def test_a_setting_that_a_later_command_fixes_is_one_that_all_jobs_differ_in(train):
    train("-m", "seed=0,1", training=with_metrics)
    sweep = only_sweep()
    train(
        "-m", "seed=0,1", "model=vamp", "model.kl_weight=0.5", f"sweep.resume={sweep}", training=with_metrics
    )
    expected = [
        {"seed": seed, "model": model, "model.kl_weight": weight}
        for model, weight in (("mixture", 1.0), ("vamp", 0.5))
        for seed in (0, 1)
    ]
    assert settings_of(sweep) == expected
    train("-m", "seed=0", "model.latent_dim=3,4", f"sweep.resume={sweep}", training=with_metrics)
    small = [
        {"seed": 0, "model": "mixture", "model.kl_weight": 1.0, "model.latent_dim": size} for size in (3, 4)
    ]
    assert settings_of(sweep) == [*({**one, "model.latent_dim": 8} for one in expected), *small]
    assert read_sweep(sweep).header["grid"] == {
        "seed": [0, 1],
        "model": ["mixture", "vamp"],
        "model.kl_weight": [1.0, 0.5],
        "model.latent_dim": [8, 3, 4],
    }
    answer = read_answer(sweep)
    assert [(len(group.pooled), group.refusal) for group in answer.groups] == [
        (2, None),
        (2, None),
        (1, None),
        (1, None),
    ]


def test_new_runs_that_lack_words_of_the_earlier_ones_are_told_of(train):
    train("-m", "seed=0,1", "model.kl_weight=0.5", training=with_metrics)
    sweep = only_sweep()
    for word in ("--dry-run", "sweep.on_failure=continue"):
        done = train("-m", "seed=2", f"sweep.resume={sweep}", word, training=with_metrics)
        assert "WARNING: This command does not say model.kl_weight, as the sweep did before" in done.out
    again = train("-m", "seed=0,1,2,3", "model.kl_weight=0.5", f"sweep.resume={sweep}", training=with_metrics)
    assert "does not say" not in again.out


@pytest.mark.parametrize("word", ["hydra.launcher.mode=sequential", "hydra/launcher=batched"])
def test_words_about_how_hydra_runs_it_are_no_command_of_their_own(train, word):
    train("-m", "seed=0,1", "model.latent_dim=3", training=Training(1))
    training = Training()
    assert train("-m", f"sweep.resume={only_sweep()}", word, training=training).code == 0
    assert (training.seeds, states(only_sweep())) == ([1], ["completed"] * 2)


def test_a_sweep_in_a_folder_of_the_users_is_gone_on_with_wherever_it_lies_by_now(
    train, tmp_path, monkeypatch
):
    train("-m", "seed=0,1", "hydra.sweep.dir=mine", training=Training(1))
    Path("mine").rename("moved")
    Path("else").mkdir()
    monkeypatch.chdir("else")
    training = Training()
    done = train("-m", "sweep.resume=../moved", training=training)
    assert (done.code, training.seeds) == (0, [1]), done.err
    assert states(Path("../moved")) == ["completed"] * 2


def test_a_folder_named_by_way_of_its_parent_is_that_folder(train, monkeypatch):
    Path("else").mkdir()
    monkeypatch.chdir("else")
    training = Training()
    done = train("-m", "seed=0,1", "hydra.sweep.dir=../mine", "sweep.on_failure=stop", training=training)
    assert (done.code, training.seeds) == (0, [0, 1]), done.out
    assert "Hydra ended before" not in done.out


def test_a_run_whose_state_is_damaged_is_a_failure_and_not_one_to_come(train):
    train("-m", "seed=0,1", training=with_metrics)
    sweep = only_sweep()
    job = read_sweep(sweep).jobs[1]
    (sweep / job.folder / "state.json").write_text("{")
    (_, damaged) = read_sweep(sweep).jobs
    assert (damaged.state, damaged.reason) == ("unknown", "state.json is damaged")
    assert [result.job.folder for result in read_answer(sweep).failures] == [job.folder]


def test_values_that_an_older_record_lacks_are_filled_in(train):
    train("-m", "model.kl_weight=0.5,2.0", "seed=0", training=with_metrics)
    sweep = only_sweep()
    record = read_sweep(sweep)
    whole = settings_of(sweep)
    holes = tuple(dataclasses.replace(job, settings={}) for job in record.jobs)
    write_sweep(sweep, SweepRecord(record.header, holes))
    train("-m", "model.kl_weight=0.5,0.7", "seed=0", f"sweep.resume={sweep}", training=with_metrics)
    assert settings_of(sweep) == [*whole, {"model.kl_weight": 0.7}]


def test_a_baseline_that_no_job_of_the_sweep_has_is_not_kept(train):
    train("-m", "model=standard,vamp", "seed=0", training=with_metrics)
    sweep = only_sweep()
    done = train("-m", f"sweep.resume={sweep}", "sweep.baseline=model=sdgm", training=with_metrics)
    assert (done.code, "no job of this sweep has it" in done.err) == (2, True)
    assert read_sweep(sweep).header["baseline"] is None
    assert train("-m", f"sweep.resume={sweep}", "sweep.baseline=model=vamp").code == 0
    assert read_sweep(sweep).header["baseline"] == {"model": "vamp"}


def test_a_damaged_sweep_that_may_be_the_one_is_named(train):
    train("-m", "seed=0,1", training=with_metrics)
    damaged = only_sweep() / "sweep.yaml"
    damaged.write_text("sweep: [")
    done = train("-m", "seed=0,1", "sweep.resume=true", training=with_metrics)
    assert (done.code, f"WARNING: {damaged} is damaged" in done.out) == (0, True)


def test_a_default_that_is_typed_later_is_no_difference(train):
    train("-m", "seed=0,1", training=with_metrics)
    sweep = only_sweep()
    train("-m", "seed=1,2", "model.kl_weight=1.0", f"sweep.resume={sweep}", training=with_metrics)
    assert settings_of(sweep) == [{"seed": seed} for seed in (0, 1, 2)]


def test_a_job_that_has_not_begun_and_is_not_asked_for_lacks_the_new_setting(train):
    train("-m", "seed=0,1", "sweep.on_failure=stop", training=Training(0))
    sweep = only_sweep()
    train("-m", "seed=0", "model.kl_weight=0.5", f"sweep.resume={sweep}", training=with_metrics)
    assert settings_of(sweep) == [
        {"seed": 0, "model.kl_weight": 1.0},
        {"seed": 1},
        {"seed": 0, "model.kl_weight": 0.5},
    ]


def test_a_mistake_in_one_of_several_commands_starts_none(train):
    train("-m", "model.kl_weight=0.5,1.0", training=Training(0))
    sweep = only_sweep()
    train("-m", "model.kl_weight=2.0", "seed=0,1", f"sweep.resume={sweep}", training=Training(0))
    record = (sweep / "sweep.yaml").read_text()
    (sweep / "sweep.yaml").write_text(record.replace('"model.kl_weight=2.0"', '"model.kl_wait=2.0"', 1))
    again = Training()
    done = train("-m", f"sweep.resume={sweep}", training=again)
    assert (done.code, again.seeds) == (2, [])
    assert "Did you mean model.kl_weight=2.0?" in done.err


def test_a_sweep_that_is_like_none_says_that_it_is_new(train):
    done = train("-m", "seed=0,1", "sweep.resume=true")
    assert (done.code, "so a new one begins." in done.out) == (0, True)


def test_a_metric_that_no_run_has_is_told_on_the_console(train):
    done = train("-m", "seed=0,1", "sweep.metric=metric.foo", training=with_metrics)
    assert done.code == 0
    assert "WARNING: No run has the number sweep.metric=metric.foo." in done.out


def test_a_metric_that_the_first_run_has_not_is_told_early_and_once(train):
    done = train("-m", "seed=0,1,2", "sweep.metric=metric.elbo.vale", training=with_metrics)
    lines = [line for line in done.out.splitlines() if "sweep.metric" in line]
    assert done.code == 0
    assert re.match(
        r"WARNING: 000_seed-0_\w+ has no number sweep\.metric=metric\.elbo\.vale\. Did you mean 'metric\.elbo\.val'\?",
        lines[0],
    )
    assert [line.startswith("WARNING: No run has the number") for line in lines[1:]] == [True]
    again = train(
        "-m", "sweep.resume=true", "seed=0,1,2", "sweep.metric=metric.elbo.val", training=with_metrics
    )
    assert "sweep.metric" not in again.out


def test_a_first_run_that_has_measured_nothing_is_told_of_early_too(train):
    done = train("-m", "seed=0,1", "sweep.metric=metric.elbo.val")
    told, at_the_end = (line for line in done.out.splitlines() if "sweep.metric" in line)
    assert re.match(
        r"WARNING: 000_seed-0_\w+ has no number sweep\.metric=metric\.elbo\.val\. The sweep", told
    )
    assert at_the_end.startswith("WARNING: No run has the number")


def with_metrics(experiment, run_dir):
    summary = read_summary(run_dir)
    write_summary(run_dir, {**summary, "metrics": {"metric.elbo.val": -20.0}})


def test_a_folder_of_the_users_is_gone_on_with_too(train):
    words = ("-m", "seed=0,1", "hydra.sweep.dir='mine/${experiment.name}'")
    assert train(*words, training=Training(1)).code == 1
    again = Training()
    assert train(*words, "sweep.resume=true", training=again).code == 0
    assert (again.seeds, [path.name for path in Path("mine").iterdir()]) == ([1], ["mixture_digits"])


def test_no_secret_that_was_swept_over_is_kept(train):
    secret = "".join(("hunt", "er2"))  # this file may lie in uncommitted.diff
    descriptions = f"experiment.description='token={secret}','plain'"
    assert train("-m", descriptions, f"sweep.metric='token={secret}'").code == 0
    found = [*only_sweep().rglob("*")]
    kept = [path for path in found if secret in path.name]
    kept += [path for path in found if path.is_file() and secret.encode() in path.read_bytes()]
    assert kept == []


def test_the_folder_alone_says_what_to_go_on_with(train):
    train("-m", "seed=0,1", "model.kl_weight=0.5", training=Training(0, 1))
    again = Training()
    done = train("-m", f"sweep.resume={only_sweep()}", training=again)
    assert (done.code, again.seeds) == (0, [0, 1])
    third = Training()
    assert train("-m", f"sweep.resume={only_sweep()}", training=third).code == 0
    assert third.seeds == []


def test_going_on_with_any_sweep_when_there_is_none_begins_one(train):
    training = Training()
    assert train("-m", "seed=0,1", "sweep.resume=true", training=training).code == 0
    assert training.seeds == [0, 1]


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), MemoryError()], ids=repr)
def test_whatever_ends_a_job_the_others_run_and_it_is_listed(train, error):
    training = Training(1, error=error)
    done = train("-m", "seed=0,1,2", training=training)
    assert (done.code, training.seeds) == (1, [0, 1, 2])
    assert states(only_sweep()) == ["completed", "failed", "completed"]
    assert "1 of 3 runs failed:" in done.err
    assert "/logs/train.log" in done.err


def test_stop_begins_no_further_job(train):
    training = Training(1)
    done = train("-m", "seed=0,1,2,3", "sweep.on_failure=stop", training=training)
    assert (done.code, training.seeds) == (1, [0, 1])
    assert states(only_sweep()) == ["completed", "failed", "pending", "pending"]
    assert "2 of 4 runs were not begun this time." in done.err


def test_retry_tries_so_often_and_then_goes_on(train):
    training = Training(0)
    done = train("-m", "seed=0,1", "sweep.on_failure=retry=2", training=training)
    assert (done.code, training.seeds) == (1, [0, 0, 0, 1])
    assert [job.attempts for job in read_sweep(only_sweep()).jobs] == [3, 1]
    assert done.out.count("It is tried again") == 2
    assert [line[:5] for line in done.out.splitlines() if line.startswith("[")] == ["[1/2]", "[2/2]"]


def test_a_retry_that_succeeds_is_a_success(train):
    seeds = []

    def training(experiment, run_dir):
        seeds.append(experiment.seed)
        if seeds == [0]:
            raise OSError("the disk hiccuped")

    assert train("-m", "seed=0,1", "sweep.on_failure=retry=1", training=training).code == 0
    assert states(only_sweep()) == ["completed", "completed"]


def test_what_would_happen_again_is_not_tried_again(train):
    training = Training(0, error=TrainingDiverged("loss.recon became nan"))
    train("-m", "seed=0,1", "sweep.on_failure=retry=5", training=training)
    assert training.seeds == [0, 1]


def test_ctrl_c_leaves_a_sweep_to_go_on_with(train):
    def training(experiment, run_dir):
        if experiment.seed == 1:
            raise KeyboardInterrupt

    done = train("-m", "seed=0,1,2", training=training)
    sweep = only_sweep()
    assert done.code == 130
    assert states(sweep) == ["completed", "interrupted", "pending"]
    assert f"sweep.resume={sweep}" in done.err
    again = Training()
    assert train("-m", f"sweep.resume={sweep}", training=again).code == 0
    assert again.seeds == [1, 2]


def test_of_two_that_go_on_with_a_sweep_the_second_is_refused(train):
    train("-m", "seed=0,1", training=Training(0))
    sweep, training = only_sweep(), Training()
    with FileLock(sweep / LOCK_FILE, thread_local=False):
        done = train("-m", f"sweep.resume={sweep}", training=training)
    assert (done.code, training.seeds) == (2, [])
    assert "is being written to by another process" in done.err
    assert states(sweep) == ["failed", "completed"]


def test_a_dry_run_shows_every_job_and_creates_nothing(train):
    done = train("-m", "seed=0,1", "model.latent_dim=2,3", "--dry-run")
    assert done.code == 0
    assert "4 runs, in 2 groups that share their programs" in done.out
    assert done.out.count("begins") == 4
    assert list(Path().iterdir()) == []


def test_a_dry_run_shows_what_is_done_already(train):
    train("-m", "seed=0,1", training=Training(1))
    before = sorted(path.stat().st_mtime_ns for path in only_sweep().rglob("*"))
    done = train("-m", "seed=0,1,2", "sweep.resume=true", "--dry-run")
    assert [word in done.out for word in ("is complete", "goes on", "begins")] == [True] * 3
    assert sorted(path.stat().st_mtime_ns for path in only_sweep().rglob("*")) == before


def test_a_dry_run_says_that_another_process_is_at_the_sweep(train):
    train("-m", "seed=0,1", training=Training(1))
    again = ("-m", "seed=0,1", "sweep.resume=true")
    with sole_writer(only_sweep()):
        told = train(*again, "--dry-run")
        assert train(*again).code == 2
    assert "WARNING: Another process runs this sweep now, so this command would be refused." in told.out
    assert "Another process" not in train(*again, "--dry-run").out


def test_a_dry_run_says_which_run_another_process_is_at(train):
    train("-m", "seed=0,1", training=Training(1))
    (folder,) = only_sweep().glob("000_*")
    with sole_writer(folder):
        told = train("-m", "seed=0,1", "sweep.resume=true", "--dry-run").out
    assert told.count("another process is at it now and this command would not touch it") == 1
    assert re.search(f"{folder.name} .*another process", told)


def test_a_word_that_adds_or_overrides_goes_on_with_the_sweep_too(train):
    train("-m", "seed=0,1", training=with_metrics)
    told = train("-m", f"++sweep.resume={only_sweep()}", "--dry-run").out
    assert told.count("is complete") == 2
    assert "begins" not in told


def test_one_sweep_has_one_data_set(train):
    data = ("data=synthetic",)
    train("-m", "seed=0,1", *data, training=with_metrics)
    sweep = only_sweep()
    fill_header(next(sweep.glob("000_*")), data_hash="beef")
    for words in (("seed=0,1",), ("seed=0", "model.kl_weight=2.0")):  # the second names no job that is there
        done = train("-m", *words, *data, f"sweep.resume={sweep}", training=with_metrics)
        assert done.code == 2
        assert "was trained on other data than those of synthetic that are here" in done.err
    other = ("seed=0", "data.num_labeled=20", f"sweep.resume={sweep}")
    assert train("-m", *other, *data, training=with_metrics).code == 0


def test_that_the_code_changed_once_is_not_forgotten(train):
    train("-m", "seed=0,1", training=with_metrics)
    sweep = only_sweep()
    record = read_sweep(sweep)
    write_sweep(sweep, SweepRecord({**record.header, "source_changed": "The code was edited."}, record.jobs))
    assert train("-m", f"sweep.resume={sweep}", training=with_metrics).code == 0
    assert read_sweep(sweep).header["source_changed"] == "The code was edited."


def test_all_jobs_have_the_code_and_the_settings_of_the_beginning(train, tmp_path):
    option = tmp_path / "conf.d" / "study" / "mine.yaml"
    option.parent.mkdir(parents=True)
    option.write_text("# @package _global_\nmodel:\n  kl_weight: 0.5\n")
    seen = []

    def training(experiment, run_dir):
        seen.append(experiment.model.model.kl_weight)
        option.write_text(option.read_text().replace("0.5", "0.9"))

    assert train("-m", "study=mine", "seed=0,1", training=training).code == 0
    assert seen == [0.5, 0.5]
    header = read_sweep(only_sweep()).header
    ids = {run.read_text().partition('source_id: "')[2][:40] for run in only_sweep().glob("00*/config.yaml")}
    assert ids == {header["source_id"]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["seed=0,1", "sweep.resume=nowhere"], "sweep.resume=nowhere is no folder"),
        (["seed=0,1", "sweep.on_failure=retry"], "must be continue, stop or retry=N, as in retry=2"),
        (["seed=0,1", "sweep.on_failure=stop,continue"], "how a sweep is run cannot be swept over"),
        (["seed=range(0,0)"], "seed=range(0,0) gives no values"),
        (["seed=0,1", "sweep.resume="], "sweep.resume must be true or the folder of a sweep, got ''"),
        (["seed=0,1", "hydra.sweeper=basic"], "Type hydra/sweeper=basic."),
        (["model.kl_weight=interval(0,2)", "sweep.samples=-3"], "1 mistake."),
        (["model.kl_weight=interval(0,2)", "sweep.samples=2,3"], "1 mistake."),
        (["model.kl_weight=-1,-2", "sweep.on_failure=retry"], "3 mistakes."),
        (["seed=int(interval(0,1))", "sweep.samples=3"], "ask for fewer or from a wider interval"),
        (["prior=glob(zzz*)"], "prior=glob(zzz*) gives no values"),
        (["seed=range(0,1000000000)"], "These are more than 100000 runs"),
        (["seed=range(0,400)", "data.label_seed=range(0,400)"], "These are more than 100000 runs"),
        (
            ["sweep.points=['seed=1 sweep.on_failure=stop']"],
            "says sweep.on_failure, which is about the whole sweep",
        ),
        (
            ["sweep.points=['seed=1 hydra.sweep.dir=x']"],
            "says hydra.sweep.dir, which is about the whole sweep",
        ),
        (["seed=0,1", "hydra.launcher.mode=x"], "must be one of auto, sequential, vmap"),
        (["seed=0,0"], "Runs 0 and 1 of the sweep would be the same: seed=0"),
        (["seed=0,1", "hydra.sweep.subdir=x"], "gives runs 0 and 1 the same folder, x"),
        (["sweep=kl_weight,paired"], "one command is one sweep"),
        (["seed=0,1", "sweep.baselin=x"], "sweep.baselin"),
    ],
)
def test_a_mistake_about_the_sweep_creates_nothing(train, words, message):
    done = train("-m", *words)
    assert (done.code, list(Path().iterdir())) == (2, [])
    assert message in done.err


def test_words_about_a_sweep_need_one(train):
    done = train("sweep.on_failure=stop")
    assert done.code == 2
    assert "sweep.on_failure=stop is about a sweep, and this is a single run. Add -m" in done.err
    assert "this is a single run. Add -m" in train("sweep.resume=true").err


def test_figures_are_left_out_unless_asked_for(train):
    plots = []
    train("-m", "seed=0,1", training=lambda experiment, run_dir: plots.append(experiment.evaluation.plots))
    train(
        "-m", "seed=0,1", "evaluation=default",
        training=lambda experiment, run_dir: plots.append(experiment.evaluation.plots),
    )  # fmt: skip
    assert plots == [("none",), ("none",), ("all",), ("all",)]


def ctrl_c(*_):
    raise KeyboardInterrupt


@pytest.mark.parametrize("place", ["run", "attempt"])
@pytest.mark.parametrize("before", ["interrupted", "failed", "lost"])
def test_ctrl_c_before_a_job_goes_on_tells_nothing_of_how_it_ended_earlier(train, monkeypatch, before, place):
    train("-m", "seed=0,1,2", training=Training(1, error=ValueError("the first time")))
    sweep = only_sweep()
    (job,) = sweep.glob("001_*")
    if before != "failed":
        ended = {"interrupted": {"reason": "the first time"}, "lost": {"pid": 2**22 + 1}}[before]
        write_state(job, "running" if before == "lost" else before, **ended)
    with monkeypatch.context() as patch:
        patch.setattr(Launch, place, ctrl_c)
        done = train("-m", f"sweep.resume={sweep}")
    assert done.code == 130
    assert states(sweep) == ["completed", before, "completed"]
    assert "the first time" not in done.err
    assert (
        f"1 of 1 runs were not begun this time.\nTo go on: python train.py -m sweep.resume={sweep}"
        in done.err
    )
    assert "failed in" not in done.out or before == "failed"
    again = Training()
    assert train("-m", f"sweep.resume={sweep}", training=again).code == 0
    assert again.seeds == [1]


def test_ctrl_c_between_two_jobs_is_told_whatever_failed_before(train, monkeypatch):
    began = SweepInProgress.began
    monkeypatch.setattr(
        SweepInProgress, "began", lambda self, slot: (ctrl_c if slot.job.number else began)(self, slot)
    )
    done = train("-m", "seed=0,1", training=Training(0))
    assert (done.code, states(only_sweep())) == (130, ["failed", "pending"])
    assert "1 of 2 runs failed:" in done.err
    assert "1 of 2 runs were not begun this time." in done.err


def test_ctrl_c_that_comes_out_of_a_library_as_an_error_is_told_as_what_it_was(train, monkeypatch):
    def fails(*_):
        try:
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            raise AttributeError("half done")

    monkeypatch.setattr(Launch, "run", fails)
    done = train("-m", "seed=0,1")
    assert (done.code, states(only_sweep())) == (130, ["pending", "pending"])
    assert "2 of 2 runs were not begun this time.\nTo go on: " in done.err
