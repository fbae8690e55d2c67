"""Drawing black and white images: the law of the draw, and all that it must not depend on."""

import dataclasses

import numpy as np
import pytest

from ssvae.data.binarization import binarized
from ssvae.data.dataset import Dataset, Split
from ssvae.data.recipes import SyntheticConfig

LEVELS = 16


def one_gray_image(brightness, count, levels=LEVELS) -> Split:
    """One image of `brightness`, repeated."""
    images = np.tile(np.asarray(brightness, np.uint8).reshape(1, 1, -1, 1), (count, 1, 1, 1))
    return Split(images, np.zeros(count, np.int32))


def make_dataset(split: Split, levels: int = LEVELS) -> Dataset:
    return Dataset("gray", split, split, split, np.arange(3), 1, levels, fingerprint="0" * 64)


@pytest.mark.parametrize("levels", [16, 255])
def test_a_pixel_is_white_as_often_as_its_brightness_says(levels):
    brightness = np.array([1, levels // 3, levels // 2, levels - 1])
    count = 40_000
    drawn = binarized(make_dataset(one_gray_image(brightness, count), levels)).train.images
    share, expected = (drawn == levels).mean(axis=(0, 1, 3)), brightness / levels
    np.testing.assert_allclose(
        share, expected, atol=4 / (2 * np.sqrt(count))
    )  # 4 standard errors of a fair coin


def test_pixels_and_images_are_drawn_independently():
    drawn = binarized(make_dataset(one_gray_image([8, 8, 8], 40_000))).train.images[:, 0, :, 0] / LEVELS
    between_pixels = np.corrcoef(drawn, rowvar=False) - np.eye(3)
    between_images = np.corrcoef(drawn[:-1, 0], drawn[1:, 0])[0, 1]
    assert abs(between_pixels).max() < 0.02  # 4 standard errors
    assert abs(between_images) < 0.02


def test_only_black_and_white_are_left_and_those_that_were_stay():
    dataset = SyntheticConfig().load()
    once = binarized(dataset)
    for name in ("train", "validation", "test"):
        gray, drawn = getattr(dataset, name).images, getattr(once, name).images
        assert drawn.dtype == np.uint8
        np.testing.assert_array_equal(np.unique(drawn), [0, dataset.levels])
        assert np.all(drawn[gray == 0] == 0)
        assert np.all(drawn[gray == dataset.levels] == dataset.levels)
        np.testing.assert_array_equal(getattr(binarized(once), name).images, drawn)


def test_nothing_but_the_images_changes():
    dataset = SyntheticConfig().load()
    drawn = binarized(dataset)
    for field in ("name", "labeled_indices", "num_classes", "levels", "fingerprint"):
        assert getattr(drawn, field) is getattr(dataset, field)
    for name in ("train", "validation", "test"):
        assert getattr(drawn, name).labels is getattr(dataset, name).labels
        assert not getattr(drawn, name).images.flags.writeable


def test_gray_images_stay_as_they_were():
    dataset = SyntheticConfig().load()
    before = dataset.train.images.copy()
    binarized(dataset)
    np.testing.assert_array_equal(dataset.train.images, before)


def test_every_run_draws_the_same():
    drawn = binarized(make_dataset(one_gray_image(np.arange(17), 1)))
    found = {name: getattr(drawn, name).images.ravel() // LEVELS for name in ("train", "validation", "test")}
    assert {name: "".join(map(str, pixels)) for name, pixels in found.items()} == {
        "train": "00000111111111111",
        "validation": "00001110111001111",
        "test": "00010000010011111",
    }


def test_splits_draw_for_themselves():
    drawn = binarized(make_dataset(one_gray_image([8] * 50, 20)))
    for one, other in [("train", "validation"), ("train", "test"), ("validation", "test")]:
        is_same = getattr(drawn, one).images == getattr(drawn, other).images
        assert np.mean(is_same) == pytest.approx(0.5, abs=0.07)  # 4 standard errors of 1000 coins


def test_more_images_leave_the_draw_of_those_before_as_it_is():
    gray = SyntheticConfig().load()
    few, many = (dataclasses.replace(gray, train=gray.train.take(np.arange(count))) for count in (150, 400))
    np.testing.assert_array_equal(binarized(few).train.images, binarized(many).train.images[:150])
