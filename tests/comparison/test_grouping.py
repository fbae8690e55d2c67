"""What may be averaged, and what is refused."""

import pytest

from ssvae.comparison.answer import read_answer
from ssvae.comparison.grouping import pool
from ssvae.errors import PoolingError

KEYS = ("seed", "data.label_seed")
SEEDS = {"seed": [0, 1, 2]}


def test_groups_are_the_configurations_without_their_seeds(make_sweep):
    answer = read_answer(make_sweep())
    assert [group.name for group in answer.groups] == [
        "model=mixture model.kl_weight=0.5",
        "model=mixture model.kl_weight=1.0",
        "model=vamp model.kl_weight=0.5",
        "model=vamp model.kl_weight=1.0",
    ]
    assert [len(group.pooled) for group in answer.groups] == [3, 3, 3, 3]
    assert pool(answer.groups[0].pooled, KEYS) == answer.groups[0].pooled


def test_runs_that_differ_in_another_setting_are_refused(make_sweep):
    results = read_answer(make_sweep()).results
    with pytest.raises(
        PoolingError, match=r"no repetitions of one another: model.kl_weight is 0.5 and 1.0"
    ) as caught:
        pool([results[0], results[3]], KEYS)
    assert "sweep.replicates=[seed,…]" in str(caught.value)
    with pytest.raises(PoolingError, match=r"seed is 0 and 1.*when nothing differs"):
        pool([results[0], results[1]], ())


def test_a_setting_that_nobody_swept_is_seen_too(make_sweep):
    answer = read_answer(make_sweep(SEEDS, settings={1: {"patience": 5}}))
    (group,) = answer.groups
    assert group.pooled == ()
    assert "training.patience is absent and 5" in group.refusal
    assert answer.best == ()


def test_other_code_is_refused(make_sweep):
    (group,) = read_answer(make_sweep(SEEDS, source={2: "beef"})).groups
    assert "the code (source_id) is c0de… and beef…" in group.refusal


def test_other_data_is_refused(make_sweep):
    (group,) = read_answer(make_sweep(SEEDS, data={2: "beef"})).groups
    assert "asked for the same data and did not see the same" in group.refusal


def test_other_label_draws_have_other_data_by_intention(make_sweep):
    grid = {"seed": [0, 1], "data.label_seed": [0, 1]}
    (group,) = read_answer(make_sweep(grid, data={1: "beef", 3: "beef"})).groups
    assert (group.refusal, len(group.pooled)) == (None, 4)


def test_the_same_run_twice_counts_once(make_sweep):
    (group,) = read_answer(make_sweep({"seed": [0, 1, 1]})).groups
    assert [one.job.number for one in group.pooled] == [0, 1]
    assert [one.job.number for one in group.duplicates] == [2]


def test_failed_and_damaged_runs_are_left_out(make_sweep):
    folder = make_sweep(SEEDS, states={0: ("failed", "NaN")})
    (folder / "001_job_00000001" / "summary.json").write_text("{")
    answer = read_answer(folder)
    assert [one.job.number for one in answer.groups[0].left_out] == [0, 1]
    assert [one.job.number for one in answer.failures] == [0, 1]
    assert "summary.json cannot be read" in answer.results[1].problems[0]


def test_numbers_that_are_not_finite_are_in_no_mean(make_sweep):
    answer = read_answer(make_sweep(SEEDS, metrics={1: {"metric.accuracy.val": float("nan")}}))
    found = answer.measured(answer.groups[0])
    assert [(result.job.number, str(value)) for result, value in found.strange] == [(1, "nan")]
    assert found.estimate.n == 2
