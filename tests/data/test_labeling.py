import itertools

import numpy as np
import pytest

from ssvae.data.labeling import classes_without_labels, draw_labeled
from ssvae.data.streams import stream
from ssvae.errors import DataError

LABELS = stream(0, "order").permutation(np.repeat(np.arange(10), np.arange(40, 60, 2)))


def class_counts(num_labeled, seed=0, labels=LABELS):
    return np.bincount(labels[draw_labeled(labels, num_labeled, seed)], minlength=10)


@pytest.mark.parametrize("num_labeled", [0, 1, 9, 10, 11, 100, 137, 400])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_draw_is_even_over_the_classes(num_labeled, seed):
    counts = class_counts(num_labeled, seed)
    assert counts.sum() == num_labeled
    assert set(counts - num_labeled // 10) <= {0, 1}


@pytest.mark.parametrize("num_labeled", [0, 7, 100, 490])
def test_no_image_is_drawn_twice_and_rows_ascend(num_labeled):
    rows = draw_labeled(LABELS, num_labeled, seed=0)
    assert np.all(np.diff(rows) > 0)


def test_the_remainder_goes_to_random_classes():
    lucky = np.array([class_counts(13, seed) - 1 for seed in range(60)])
    assert np.all(
        lucky.sum(axis=0) > 0
    )  # no class is left out by 60 draws of 3 in 10: probability 10 * 0.7**60


def test_what_a_small_class_lacks_goes_to_the_others():
    labels = np.repeat(np.arange(3), [2, 30, 30])
    counts = np.bincount(labels[draw_labeled(labels, 30, seed=0)])
    np.testing.assert_array_equal(counts, [2, 14, 14])


def test_a_larger_draw_contains_every_smaller_one():
    for seed in range(5):
        draws = [draw_labeled(LABELS, size, seed) for size in (1, 7, 10, 50, 100, 313, 490)]
        for smaller, larger in itertools.pairwise(draws):
            assert set(smaller) <= set(larger)


def test_seeds_give_different_draws_and_the_same_seed_the_same():
    first, again, other = (draw_labeled(LABELS, 100, seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert len(np.intersect1d(first, other)) < 50


def test_within_a_class_every_image_is_drawn_equally_often():
    labels = np.repeat(np.arange(2), 20)
    times = sum(np.isin(np.arange(40), draw_labeled(labels, 10, seed)) for seed in range(800))
    # Each image is drawn with probability 1/4: 200 of 800 times, standard deviation 12.2. Five of them are allowed.
    assert np.abs(times - 200).max() < 61


def test_all_images_can_be_labeled():
    np.testing.assert_array_equal(draw_labeled(LABELS, len(LABELS), seed=0), np.arange(len(LABELS)))


def test_a_class_without_images_is_no_obstacle():
    labels = np.repeat([1, 4], 20)
    np.testing.assert_array_equal(np.bincount(labels[draw_labeled(labels, 10, seed=0)]), [0, 5, 0, 0, 5])


def test_more_labels_than_images_are_refused():
    with pytest.raises(
        DataError,
        match=r"data.num_labeled is 491, but there are only 490 training images. Try data.num_labeled=490",
    ):
        draw_labeled(LABELS, 491, seed=0)


def test_classes_without_labels_are_named():
    labels = np.array([0, 1, 1, 3, 4, 4])
    assert classes_without_labels(labels, np.array([1, 5]), num_classes=6) == (0, 2, 3, 5)
    assert classes_without_labels(labels, np.array([], np.int64), num_classes=2) == (0, 1)
    assert classes_without_labels(LABELS, draw_labeled(LABELS, 10, seed=0), num_classes=10) == ()
