import math

import pytest

from ssvae.reproduction.differences import FLOOR, Difference, compare_values, largest, one_sided, relative


@pytest.mark.parametrize("value", [1, 1.5, math.nan, -0.0, math.inf, "a", None, [1.0, math.nan], True])
def test_a_value_is_the_same_as_itself(value):
    assert compare_values("x", value, value) is None


@pytest.mark.parametrize(
    ("was", "now", "size"),
    [
        (1.0, math.nextafter(1.0, 2), 2.220446049250313e-16),
        (0.0, -0.0, 0.0),
        (5, 5.0, 0.0),
        (4.0, 5.0, 0.2),
        (1.0, math.nan, math.inf),
        (1.0, -math.inf, math.inf),
        ("success", "failed", math.inf),
        (True, 1, math.inf),
        (10**400, 1.5, math.inf),
    ],
)
def test_anything_else_differs_and_by_how_much(was, now, size):
    assert compare_values("x", was, now).relative == pytest.approx(size)


def test_what_is_nearly_zero_is_held_against_the_floor():
    assert relative(1e-9, 3e-9) == pytest.approx(2e-9 / FLOOR)


def test_the_sentence_names_epoch_key_and_both_values():
    difference = compare_values("loss.kl.z", 12.345, 12.346, 3)
    assert difference.sentence == "epoch 3 (loss.kl.z: 12.345 became 12.346)"
    assert difference.place == "loss.kl.z, epoch 3"
    assert one_sided("a", is_lost=True).sentence == "a: absent now"


def test_long_values_are_cut():
    assert len(compare_values("x", "a" * 1000, "b").change) < 100


def test_of_equals_the_first_is_the_largest():
    small, first, second = (Difference(key, "", size) for key, size in (("a", 0.1), ("b", 0.5), ("c", 0.5)))
    assert largest([small, first, second]) is first
