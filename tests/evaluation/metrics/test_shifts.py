"""Strange images: bytes in range, the same in every run, and strange in the way their name says."""

import numpy as np
import pytest

from ssvae.evaluation.metrics.shifts import SHIFTS

RNG = np.random.default_rng(3)
GRAY = RNG.integers(0, 17, (12, 4, 4, 3)).astype(np.uint8)
BINARY = (RNG.integers(0, 2, (12, 4, 4, 1)) * 16).astype(np.uint8)


@pytest.mark.parametrize("name", SHIFTS)
@pytest.mark.parametrize("images", [GRAY, BINARY, GRAY[:, :3]], ids=["gray", "binary", "oblong"])
def test_they_are_images_of_the_same_kind_and_the_same_in_every_run(name, images):
    before = images.copy()
    strange = SHIFTS[name](images, 16)
    assert (strange.shape, strange.dtype) == (images.shape, np.uint8)
    assert strange.max() <= 16
    assert not np.array_equal(strange, images)
    np.testing.assert_array_equal(strange, SHIFTS[name](images, 16))
    np.testing.assert_array_equal(images, before)
    if images is BINARY:
        assert set(np.unique(strange)) <= {0, 16}


def test_inverted_twice_is_the_image():
    np.testing.assert_array_equal(SHIFTS["inverted"](SHIFTS["inverted"](GRAY, 16), 16), GRAY)
    assert SHIFTS["inverted"](np.zeros((1, 2, 2, 1), np.uint8), 16).min() == 16


def test_pixels_of_all_images_are_permuted_alike():
    strange = SHIFTS["permuted"](GRAY, 16)
    np.testing.assert_array_equal(np.sort(strange.reshape(12, -1)), np.sort(GRAY.reshape(12, -1)))
    numbered = np.broadcast_to(np.arange(48).reshape(4, 4, 3), (12, 4, 4, 3)).astype(np.uint8)
    order = SHIFTS["permuted"](numbered, 47).reshape(12, -1)
    assert (order == order[0]).all()
    np.testing.assert_array_equal(strange.reshape(12, -1), GRAY.reshape(12, -1)[:, order[0]])


def test_noise_has_every_brightness_equally_often():
    strange = SHIFTS["noise"](np.full((1000, 4, 4, 1), 3, np.uint8), 4)
    shares = np.bincount(strange.ravel(), minlength=5) / strange.size
    np.testing.assert_allclose(shares, 0.2, atol=0.013)  # 4 standard errors of 16,000 draws


def test_a_blurred_pixel_is_the_mean_of_its_surroundings():
    image = np.zeros((1, 5, 5, 1), np.uint8)
    image[0, 2, 2] = 90
    expected = np.zeros((5, 5))
    expected[1:4, 1:4] = 10
    np.testing.assert_array_equal(SHIFTS["blurred"](image, 255)[0, :, :, 0], expected)
    flat = np.full((1, 3, 4, 1), 7, np.uint8)
    np.testing.assert_array_equal(SHIFTS["blurred"](flat, 255), flat)


def test_four_quarter_turns_are_none_and_oblong_images_are_turned_upside_down():
    turned = GRAY
    for _ in range(4):
        turned = SHIFTS["rotated"](turned, 16)
    np.testing.assert_array_equal(turned, GRAY)
    np.testing.assert_array_equal(SHIFTS["rotated"](GRAY[:, :3], 16), GRAY[:, 2::-1])
