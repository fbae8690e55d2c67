"""The two streams: every image once, every class alike, and nothing but (seed, epoch) decides."""

import numpy as np
import pytest

from ssvae.model.inference import NoiseShape
from ssvae.training.streams import evaluation_noise, labeled_stream, unlabeled_stream

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


def test_the_noise_of_evaluation_is_standard_and_the_seeds_and_the_splits_own():
    shape = NoiseShape(samples=2, latent=3, auxiliary=4, components=5)
    noise = evaluation_noise(shape, 4000, seed=0, split="validation")
    assert [part.shape for part in noise] == [(4000, 2, 3), (4000, 4), (4000, 5)]
    for part in (noise.code, noise.auxiliary):
        assert abs(part.mean()) < 5 / np.sqrt(part.size)
        assert abs(part.std() - 1) < 5 / np.sqrt(2 * part.size)
    # Euler's constant and π/√6 are the mean and the standard deviation of a standard Gumbel.
    assert abs(noise.gumbel.mean() - np.euler_gamma) < 5 * np.pi / np.sqrt(6 * noise.gumbel.size)
    again = evaluation_noise(shape, 4000, seed=0, split="validation")
    np.testing.assert_array_equal(noise.code, again.code)
    for part, first in zip(noise, evaluation_noise(shape, 10, seed=0, split="validation"), strict=True):
        np.testing.assert_array_equal(first, part[:10])
    for other in (
        evaluation_noise(shape, 4000, seed=1, split="validation"),
        evaluation_noise(shape, 4000, seed=0, split="test"),
    ):
        assert (noise.code != other.code).any()
