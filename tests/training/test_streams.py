"""The two streams: every image once, every class alike, and nothing but (seed, epoch) decides."""

import numpy as np
import pytest

from ssvae.training.streams import labeled_stream, unlabeled_stream, validation_noise

ROWS = np.arange(100, 112)
LABELS = np.array([0] * 6 + [1] * 4 + [2] * 2)


def test_an_epoch_shows_each_image_at_most_once():
    rows = unlabeled_stream(103, 10, seed=0, epoch=1)
    assert rows.shape == (10, 10)
    assert len(np.unique(rows)) == 100


def test_what_sits_out_changes_from_epoch_to_epoch():
    shown = [set(unlabeled_stream(103, 10, seed=0, epoch=e).ravel()) for e in range(1, 30)]
    assert set.union(*shown) == set(range(103))


@pytest.mark.parametrize("change", [{"seed": 1}, {"epoch": 2}])
def test_seed_and_epoch_decide_the_order(change):
    base = {"seed": 0, "epoch": 1}
    np.testing.assert_array_equal(unlabeled_stream(50, 5, **base), unlabeled_stream(50, 5, **base))
    assert (unlabeled_stream(50, 5, **base) != unlabeled_stream(50, 5, **(base | change))).any()


def test_every_class_comes_as_often_as_the_others_however_few_it_has():
    drawn = labeled_stream(ROWS, LABELS, steps=9, batch_size=6, seed=0, epoch=1)
    classes = LABELS[drawn - 100]
    assert drawn.shape == (9, 6)
    assert all(np.bincount(batch, minlength=3).tolist() == [2, 2, 2] for batch in classes)


def test_rows_of_a_class_take_turns():
    drawn = labeled_stream(ROWS, LABELS, steps=6, batch_size=12, seed=0, epoch=1).ravel()
    counts = np.bincount(drawn - 100)
    for label in range(3):
        mine = counts[label == LABELS]
        assert mine.max() - mine.min() <= 1


def test_fewer_labels_than_a_batch_give_smaller_batches():
    assert labeled_stream(ROWS[:3], LABELS[:3], 5, 64, seed=0, epoch=1).shape == (5, 3)


def test_no_labels_give_empty_batches():
    assert labeled_stream(ROWS[:0], LABELS[:0], 5, 64, seed=0, epoch=1).shape == (5, 0)


def test_the_noise_of_validation_is_standard_normal_and_the_seeds_own():
    noise = validation_noise(4000, 5, seed=0)
    assert abs(noise.mean()) < 5 / np.sqrt(noise.size)
    assert abs(noise.std() - 1) < 5 / np.sqrt(2 * noise.size)
    np.testing.assert_array_equal(noise, validation_noise(4000, 5, seed=0))
    assert (noise != validation_noise(4000, 5, seed=1)).any()
