"""The start of pseudo-inputs: at training images or cluster centers, a little apart, where gradients still flow."""

import numpy as np
import pytest

from ssvae.errors import ConfigError
from ssvae.priors.pseudo_inputs import MARGIN, NOISE, starting_logits


@pytest.fixture(scope="module")
def images():
    """Forty images in four heaps of ten, each heap gray of its own kind, with pixels at both ends too."""
    rng = np.random.default_rng(5)
    heaps = rng.uniform(0.1, 0.9, size=(4, 1, 3, 3, 1)) + 0.02 * rng.normal(size=(4, 10, 3, 3, 1))
    heaps[..., 0, 0, 0] = 0.0
    heaps[..., 2, 2, 0] = 1.0
    return heaps.reshape(40, 3, 3, 1).astype(np.float32)


def pixels(logits):
    return 1 / (1 + np.exp(-logits.astype(np.float64)))


def nearest(found, images):
    """Of each row, the number of the closest image and its largest difference in a pixel."""
    gaps = np.abs(found[:, None] - images[None]).max(axis=(2, 3, 4))
    return gaps.argmin(axis=1), gaps.min(axis=1)


def test_random_ones_are_training_images_none_of_them_twice(images):
    found = pixels(starting_logits("random", 12, images, seed=0))
    which, gap = nearest(found, images)
    assert len(set(which)) == 12
    assert (gap < 6 * NOISE + MARGIN).all()


def test_all_images_can_be_pseudo_inputs(images):
    which, _ = nearest(pixels(starting_logits("random", 40, images, seed=0)), images)
    assert sorted(which) == list(range(40))


def test_two_copies_of_one_image_start_apart():
    """Without noise they would get the same gradient and stay one component for ever."""
    found = starting_logits("random", 2, np.full((2, 3, 3, 1), 0.5, np.float32), seed=0)
    assert np.abs(found[0] - found[1]).min() > 0


def test_clusters_start_at_their_centers(images):
    found = pixels(starting_logits("kmeans", 4, images, seed=0))
    centers = images.reshape(4, 10, 3, 3, 1).mean(axis=1)
    which, gap = nearest(found, centers)
    assert sorted(which) == [0, 1, 2, 3]
    assert (gap < 6 * NOISE + MARGIN).all()


@pytest.mark.parametrize("start", ["random", "kmeans"])
def test_logits_are_finite_and_their_gradients_alive(images, start):
    found = starting_logits(start, 4, images, seed=0)
    assert found.dtype == np.float32
    assert found.shape == (4, 3, 3, 1)
    slopes = pixels(found) * (1 - pixels(found))
    assert slopes.min() > 0.9 * MARGIN * (1 - MARGIN)


@pytest.mark.parametrize("start", ["random", "kmeans"])
def test_they_are_a_function_of_the_seed(images, start):
    first, again, other = (starting_logits(start, 4, images, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_more_pseudo_inputs_than_images_are_refused(images):
    with pytest.raises(
        ConfigError, match=r"is 41, .* only 40 training images .* Try prior.num_components=40\."
    ):
        starting_logits("random", 41, images, seed=0)
