import math

import numpy as np
import pytest

from ssvae.reproduction.arrays import compare_arrays, differing


@pytest.fixture
def with_kernel(arrays):
    """The arrays, one of them changed."""

    def make(change):
        tree = arrays()
        tree["params"]["encoder"]["kernel"] = change(tree["params"]["encoder"]["kernel"])
        return tree

    return make


def one_bit(array):
    array.reshape(-1).view(np.uint32)[1] ^= 1
    return array


def test_equal_trees_do_not_differ(arrays):
    assert compare_arrays(arrays(), arrays()) == ()


def test_one_bit_is_found_in_its_array(arrays, with_kernel):
    (difference,) = compare_arrays(arrays(), with_kernel(one_bit), "best/")
    assert difference.key == "best/params/encoder/kernel"
    assert difference.change == "1 of 4 numbers differ, by at most 2.4e-07"
    assert difference.relative == pytest.approx(2.4e-07 / 2, rel=0.01)  # against the largest number, −2


def test_nan_with_other_bits_is_the_same_and_minus_zero_is_not():
    nans = np.array([0x7FC00000, 0x7FC00001], np.uint32).view(np.float32)
    assert not differing(nans[:1], nans[1:]).any()
    assert differing(np.array([0.0]), np.array([-0.0])).tolist() == [True]


def test_nan_that_became_a_number_has_no_distance(arrays, with_kernel):
    (difference,) = compare_arrays(arrays(), with_kernel(np.nan_to_num))
    assert difference.relative == math.inf
    assert "NaN or infinities" in difference.change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a.astype(np.float64), "float32[2, 2] became float64[2, 2]"),
        (lambda a: a[:1], "float32[2, 2] became float32[1, 2]"),
    ],
)
def test_another_shape_or_type_is_told(change, said, arrays, with_kernel):
    (difference,) = compare_arrays(arrays(), with_kernel(change))
    assert (difference.change, difference.relative) == (said, math.inf)


def test_a_missing_and_an_additional_array_are_told(arrays):
    less = arrays()
    del less["step"]
    assert [one.sentence for one in compare_arrays(arrays(), less)] == ["step: absent now"]
    assert [one.sentence for one in compare_arrays(less, arrays())] == ["step: was not there"]


@pytest.mark.parametrize(
    "array", [np.zeros((0, 3)), np.array(True), np.array(1 + 2j), np.array(2**63, np.uint64)]
)
def test_arrays_of_every_kind_are_the_same_as_themselves(array):
    assert compare_arrays({"a": array}, {"a": array.copy()}) == ()


def test_a_whole_number_has_a_distance_too():
    (difference,) = compare_arrays({"step": np.array(7)}, {"step": np.array(8)})
    assert (difference.change, difference.relative) == ("it differs, by at most 1", 1 / 8)
