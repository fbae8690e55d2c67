import numpy as np
import pytest

from ssvae.data.splitting import stratified_cut
from ssvae.data.streams import stream

MIXES = {
    "balanced": np.repeat(np.arange(10), 50),
    "uneven": np.repeat(np.arange(4), [3, 50, 199, 748]),
    "one class": np.zeros(37, np.int32),
    "one image per class": np.arange(25),
    "one huge class": np.repeat(np.arange(40), [1000, *[1] * 39]),
    "classes missing": np.repeat([2, 7, 9], [31, 33, 35]),
}


def cut(labels, size, seed=0):
    return stratified_cut(labels, size, stream(seed, "cut"))


def shuffled(mix):
    return stream(0, "order").permutation(MIXES[mix])


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("share", [0, 0.003, 0.1, 0.37, 0.5, 0.9, 1])
def test_sizes_are_exact_and_every_row_is_used_once(mix, share):
    labels = shuffled(mix)
    size = round(share * len(labels))
    taken, left = cut(labels, size)
    assert len(taken) == size
    np.testing.assert_array_equal(np.sort(np.concatenate([taken, left])), np.arange(len(labels)))
    for rows in (taken, left):
        assert np.all(np.diff(rows) > 0)


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("share", [0.003, 0.1, 0.37, 0.5, 0.9])
def test_each_class_has_its_share_rounded_down_or_up_in_both_pieces(mix, share):
    labels = shuffled(mix)
    size = round(share * len(labels))
    counts = np.bincount(labels)
    for rows in cut(labels, size):
        exact = len(rows) * counts / len(labels)
        off = np.bincount(labels[rows], minlength=len(counts)) - exact
        assert np.abs(off).max() < 1


def test_whole_shares_are_met_exactly():
    labels = shuffled("balanced")
    taken, _ = cut(labels, 100)
    np.testing.assert_array_equal(np.bincount(labels[taken]), np.full(10, 10))


def test_the_generator_decides_which_rows_are_taken():
    labels = shuffled("uneven")
    first, again, other = (cut(labels, 200, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert len(np.setdiff1d(first, other)) > 100


@pytest.mark.parametrize(("mix", "size"), [("classes missing", 33), ("one image per class", 5)])
def test_over_seeds_every_row_is_taken_equally_often(mix, size):
    labels = MIXES[mix]
    chance, tries = size / len(labels), 600
    times = sum(np.isin(np.arange(len(labels)), cut(labels, size, seed)[0]) for seed in range(tries))
    # Five standard deviations of a binomial count: fails by accident for one row in 1.7 million.
    assert np.abs(times - chance * tries).max() < 5 * np.sqrt(tries * chance * (1 - chance))


def test_no_rows_at_all():
    taken, left = cut(np.array([], np.int32), 0)
    assert len(taken) == len(left) == 0


@pytest.mark.parametrize("size", [-1, 38])
def test_a_size_that_cannot_be_is_refused(size):
    with pytest.raises(ValueError, match=rf"A cut takes from 0 to all 37 rows, got size={size}\."):
        cut(MIXES["one class"], size)
