"""What single settings and pairs of them do."""

import pytest

from ssvae.comparison.answer import read_answer
from ssvae.comparison.statistics import estimate


def levels(effect):
    return {one.values: one.mean for one in effect.levels}


def test_main_effects_are_the_means_over_all_else(make_sweep):
    answer = read_answer(make_sweep())
    model, weight = answer.effects
    assert (model.keys, weight.keys) == (("model",), ("model.kl_weight",))
    assert model.size == pytest.approx(0.1)
    assert weight.size == pytest.approx(0.02)
    assert (model.note, [one.runs for one in model.levels]) == (None, [6, 6])


def test_errors_are_over_seeds_after_averaging_within_each(make_sweep):
    answer = read_answer(make_sweep())
    seeds = [
        0.013 * seed**2 for seed in (0, 1, 2)
    ]  # what seeds add in every configuration, so that it never averages out
    assert answer.effects[0].levels[0].error == pytest.approx(estimate(seeds).error)


def test_a_pair_that_adds_up_does_not_interact(make_sweep):
    (pair,) = read_answer(make_sweep()).interactions
    assert pair.size == pytest.approx(0.0, abs=1e-12)


def test_a_grid_with_a_hole_that_adds_up_does_not_interact(make_sweep):
    """Three cells of four always add up; averages of rows and columns over different cells would not."""
    failed = dict.fromkeys((0, 1, 2), ("failed", "x"))
    (pair,) = read_answer(make_sweep(states=failed)).interactions
    assert len(pair.levels) == 3
    assert pair.size == pytest.approx(0.0, abs=1e-12)


def test_a_pair_that_does_not_add_up_does(make_sweep):
    changed = {number: {"metric.accuracy.val": 0.5} for number in (0, 1, 2)}
    (pair,) = read_answer(make_sweep(metrics=changed)).interactions
    assert pair.size > 0.05


def test_a_missing_combination_does_not_favor_a_value(make_sweep):
    failed = dict.fromkeys((0, 1, 2), ("failed", "x"))  # mixture with little KL, the best of all
    effects = {one.keys[0]: one for one in read_answer(make_sweep(states=failed)).effects}
    assert effects["model"].size == pytest.approx(0.1)
    assert (
        effects["model"].note
        == "Means over 1 of 2 combinations of other settings: those with a number for every value."
    )


def test_a_lost_seed_leaves_every_combination_its_weight(make_sweep):
    model = read_answer(make_sweep(states={0: ("failed", "x")})).effects[0]
    first = [0.7 + 0.1 - 0.02 + 0.013 * (1 + 4) / 2, 0.7 + 0.1 - 0.04 + 0.013 * (0 + 1 + 4) / 3]
    assert levels(model)["mixture",] == pytest.approx(sum(first) / 2)
    assert [one.runs for one in model.levels] == [5, 6]


def test_points_that_share_nothing_are_told(make_sweep):
    left = dict.fromkeys((1, 2), ("pending", None))
    answer = read_answer(
        make_sweep({"model": ["mixture", "vamp"], "model.kl_weight": [0.5, 1.0]}, states=left)
    )
    assert answer.effects[0].note.startswith("No two values share the other settings")
    assert answer.effects[0].levels[0].error is None


def test_a_value_with_several_combinations_of_its_own_is_told_so(make_sweep):
    """(model, weight) is (mixture, 0.5), (mixture, 1), (vamp, 2): none is shared, and mixture has two."""
    left = dict.fromkeys((2, 3, 4), ("pending", None))
    answer = read_answer(
        make_sweep({"model": ["mixture", "vamp"], "model.kl_weight": [0.5, 1.0, 2.0]}, states=left)
    )
    (model,) = (one for one in answer.effects if one.keys == ("model",))
    assert [one.combinations for one in model.levels] == [2, 1]
    assert model.note == (
        "No two values share the other settings: each mean is over combinations of its own, which differ too."
    )
