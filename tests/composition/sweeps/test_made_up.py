"""Jobs that nobody had announced are found by their folders."""

import pytest

from ssvae.composition.sweeps.made_up import made_up_jobs
from ssvae.runs.config_file import CONFIG_FILE, write_config
from ssvae.runs.lifecycle.state import write_state


@pytest.fixture
def sweep(tmp_path):
    """A function that makes the folder of a sweep, with a run for each mapping of what was typed."""

    def make(*typed):
        for number, words in enumerate(typed):
            run = tmp_path / f"{number:03d}_x"
            run.mkdir()
            write_state(run, "completed")
            write_config(run, {"config_hash": f"c{number}", "cli_overrides": words}, {"seed": 0})
        (tmp_path / "figures").mkdir()
        return tmp_path

    return make


def test_they_are_numbered_in_the_order_of_their_folders(sweep):
    jobs = made_up_jobs(sweep({"seed": 3}, {"seed": 1}), ())
    assert [(job.number, job.folder, job.config_hash) for job in jobs] == [
        (0, "000_x", "c0"),
        (1, "001_x", "c1"),
    ]


def test_the_thousandth_comes_after_the_hundred_and_first(tmp_path):
    for name in ("1000_x", "101_x", "2", "10", "mine"):
        (tmp_path / name).mkdir()
        write_state(tmp_path / name, "completed")
    assert [job.folder for job in made_up_jobs(tmp_path, ())] == ["2", "10", "101_x", "1000_x", "mine"]


def test_one_without_settings_or_with_damaged_ones_is_a_job_all_the_same(sweep):
    folder = sweep({"seed": 3}, {"seed": 1}, {"seed": 2})
    (folder / "000_x" / CONFIG_FILE).unlink()
    (folder / "001_x" / CONFIG_FILE).write_text("experiment: [")
    jobs = made_up_jobs(folder, ("seed",))
    assert [(job.folder, job.settings) for job in jobs] == [
        ("000_x", {}),
        ("001_x", {}),
        ("002_x", {"seed": 2}),
    ]


def test_what_all_have_alike_is_none_of_their_settings(sweep):
    alike = {"encoder.hidden_sizes": [16], "training.epochs": 2}
    jobs = made_up_jobs(sweep({"seed": 3, **alike}, {"seed": 1, **alike}, alike), ())
    assert [job.settings for job in jobs] == [{"seed": 3}, {"seed": 1}, {}]


def test_what_was_swept_is_one_even_when_they_have_it_alike(sweep):
    alike = {"model.kl_weight": 0.5, "training.epochs": 2}
    jobs = made_up_jobs(sweep(alike, alike), ("model.kl_weight",))
    assert [job.settings for job in jobs] == [{"model.kl_weight": 0.5}] * 2


def test_true_is_not_1(sweep):
    jobs = made_up_jobs(sweep({"a": True}, {"a": 1}), ())
    assert [job.settings for job in jobs] == [{"a": True}, {"a": 1}]


def test_a_sweep_that_ended_before_its_first_run_has_none(sweep):
    assert made_up_jobs(sweep(), ("seed",)) == []
