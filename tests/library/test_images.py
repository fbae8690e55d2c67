"""Every wrong form of images has a message that says what to type; no form is misread in silence."""

import numpy as np
import pytest

from ssvae.errors import DataError
from ssvae.library.images import bytes_of, pixels_of

SHAPE = (2, 3, 1)


def test_bytes_and_floats_become_floats_from_0_to_1():
    images = np.arange(0, 252, 42, dtype=np.uint8).reshape(1, 2, 3)
    pixels = pixels_of(images, SHAPE)
    assert pixels.dtype == np.float32
    np.testing.assert_allclose(pixels.ravel(), images.ravel() / 255, rtol=1e-6)
    np.testing.assert_array_equal(pixels_of(images / 255, SHAPE), pixels)


def test_floats_are_rounded_to_the_nearest_level():
    np.testing.assert_array_equal(
        bytes_of(np.array([[[0, 0.1, 0.124, 0.126, 0.9, 1]]]), levels=4).ravel(), [0, 0, 0, 1, 4, 4]
    )


def test_rounding_gives_bytes_back():
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    np.testing.assert_array_equal(bytes_of(images / np.float32(255), levels=255), images)


def test_bytes_are_copied():
    images = np.full((1, 2, 3), 255, np.uint8)
    taken = bytes_of(images, 255)
    images[:] = 0
    assert (taken == 255).all()


@pytest.mark.parametrize(
    "images", [np.zeros((1, 2, 3), np.uint8), np.full((1, 2, 3), 18, np.uint8), np.zeros((1, 2, 3))]
)
def test_black_and_dark_images_are_images(images):
    assert pixels_of(images, SHAPE).shape == (1, *SHAPE)


@pytest.mark.parametrize("largest", [1, 16, 17])
def test_bytes_that_do_not_count_to_255_are_not_taken_for_darkness(largest):
    """The digits of scikit-learn count to 16, masks to 1."""
    images = np.full((1, 2, 3), largest, np.uint8)
    with pytest.raises(DataError, match=rf"reach {largest} only, .*Try images / {largest}; .*images / 255"):
        pixels_of(images, SHAPE)
    assert pixels_of(images / largest, SHAPE).max() == 1
    assert pixels_of(images / 255, SHAPE).max() < 0.07


def test_zeros_and_ones_among_few_levels():
    with pytest.raises(DataError, match=r"reach 1 only, and 16 counts as full brightness\. Try images / 1;"):
        bytes_of(np.ones((1, 2, 3), np.uint8), levels=16)
    assert bytes_of(np.ones((1, 2, 3), np.uint8), levels=1).max() == 1
    assert bytes_of(np.full((1, 2, 3), 2, np.uint8), levels=16).max() == 2


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (
            np.zeros((2, 3)),
            r"must have shape .*got \(2, 3\)\. For a single image, add an axis: images\[None\]",
        ),
        (np.zeros((0, 2, 3)), r"none of them 0, got \(0, 2, 3\)"),
        (np.zeros((1, 2, 3), int), r"must be uint8 or floats, got int64\. Try images\.astype\(np\.uint8\)"),
        (np.zeros((1, 2, 3), bool), r"must be uint8 or floats, got bool\. .*images\.astype\(float\)"),
        (np.full((1, 2, 3), 255.0), r"must lie in \[0, 1\], got 255 to 255\. Try images / 255\."),
        (np.full((1, 2, 3), 240.0), r"got 240 to 240\. Try images / 255\."),
        (np.full((1, 2, 3), 16.0), r"got 16 to 16\. Try images / 16\."),
        (np.full((1, 2, 3), 1000.0), r"got 1000 to 1000\. Try images / 1000\."),
        (np.full((1, 2, 3), -0.5), r"got -0\.5 to -0\.5\. Undo their normalization"),
        (np.full((1, 2, 3), np.nan), r"6 of 6 are NaN or infinite, the first in image 0\..*nan_to_num"),
    ],
)
def test_messages(images, message):
    with pytest.raises(DataError, match=message):
        pixels_of(images, SHAPE)


def test_the_first_image_that_is_broken_is_named():
    images = np.zeros((5, 2, 3))
    images[3, 1, 2] = np.inf
    with pytest.raises(DataError, match=r"1 of 30 are NaN or infinite, the first in image 3"):
        bytes_of(images, 255)


def test_bytes_above_the_levels():
    with pytest.raises(DataError, match=r"reach 200, expected at most levels=16\. Try levels=255\."):
        bytes_of(np.full((1, 2, 3), 200, np.uint8), levels=16)
