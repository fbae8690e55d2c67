"""What each configuration is compared with."""

import dataclasses

import pytest

from ssvae.comparison.answer import read_answer
from ssvae.runs.sweeps.record import SweepRecord, read_sweep, write_sweep


def compared(make_sweep, baseline, **changes):
    answer = read_answer(make_sweep(header={"baseline": baseline}, **changes))
    return answer, [answer.partner(group) and answer.partner(group).name for group in answer.groups]


def test_one_baseline_is_that_of_all(make_sweep):
    answer, partners = compared(make_sweep, {"model": "mixture", "model.kl_weight": 1})
    assert partners == ["model=mixture model.kl_weight=1.0"] * 4
    assert answer.difference(answer.groups[1]) is None
    found = answer.difference(answer.groups[2])
    assert (found.n, found.mean, found.error) == (3, pytest.approx(-0.08), pytest.approx(0.0, abs=1e-15))


def test_of_several_the_one_that_is_alike_in_all_else(make_sweep):
    _, partners = compared(make_sweep, {"model": "mixture"})
    assert partners == [f"model=mixture model.kl_weight={weight}" for weight in (0.5, 1.0, 0.5, 1.0)]


def test_a_group_without_one_of_the_settings_is_like_none_of_several(make_sweep):
    sweep = make_sweep(header={"baseline": {"model": "mixture"}})
    record = read_sweep(sweep)
    jobs = [
        dataclasses.replace(job, settings={"model": "vamp", "seed": job.settings["seed"]})
        if job.settings["model"] == "vamp"
        else job
        for job in record.jobs
    ]
    write_sweep(sweep, SweepRecord(record.header, tuple(jobs)))
    answer = read_answer(sweep)
    assert [answer.partner(group) is not None for group in answer.groups] == [True, True, False]


def test_whole_numbers_are_the_floats_they_equal(make_sweep):
    grid = {"model": ["mixture", "vamp"], "model.kl_weight": [1, 2.0], "seed": [0, 1]}
    sweep = make_sweep(grid, header={"baseline": {"model": "mixture"}})
    record = read_sweep(sweep)
    jobs = [
        dataclasses.replace(job, settings={**job.settings, "model.kl_weight": 1.0}) if number == 4 else job
        for number, job in enumerate(record.jobs)
    ]
    write_sweep(sweep, SweepRecord(record.header, tuple(jobs)))
    answer = read_answer(sweep)
    assert all(answer.partner(group) is not None for group in answer.groups)


def test_pairs_are_the_seeds_that_both_have(make_sweep):
    answer, _ = compared(make_sweep, {"model": "mixture"}, states={1: ("failed", "x"), 8: ("failed", "y")})
    assert answer.difference(answer.groups[2]).n == 1


@pytest.mark.parametrize("named", [{"model": "standard"}, {"model.latent_dim": 8}, {"model.kl_weight": True}])
def test_a_baseline_that_is_not_there_is_told(make_sweep, named):
    from ssvae.comparison.baseline import baseline_problem

    answer, partners = compared(make_sweep, named)
    assert partners == [None] * 4
    assert "is none of the configurations" in baseline_problem(answer.groups, answer.baseline)
