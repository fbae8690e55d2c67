import numpy as np
import pytest

from ssvae.data.streams import stream


def draw(seed, purpose):
    return stream(seed, purpose).integers(0, 2**63, size=8)


def test_the_same_seed_and_purpose_give_the_same_numbers():
    np.testing.assert_array_equal(draw(3, "test split"), draw(3, "test split"))


def test_seeds_and_purposes_never_share_a_number():
    draws = [draw(seed, purpose) for seed in (0, 1, 11, 2**64, 2**64 + 1) for purpose in ("a", "b", "1/a")]
    assert len(np.unique(draws)) == len(draws) * 8


@pytest.mark.parametrize("seed", [2**32, 2**64, 10**40])
def test_there_is_no_largest_seed(seed):
    assert 0 <= stream(seed, "labels").random() < 1
