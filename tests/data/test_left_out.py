"""A class left out: nowhere in training, kept for the end, everything else as it was."""

import dataclasses
import re

import numpy as np
import pytest

from ssvae.config import read_recipe
from ssvae.data.binarization import binarized
from ssvae.data.dataset import Split
from ssvae.data.fingerprint import data_facts
from ssvae.data.left_out import without_class
from ssvae.data.recipes import DATASETS, DigitsConfig, SyntheticConfig
from ssvae.errors import ConfigError, DataError

ALL = SyntheticConfig()
LEFT_OUT = dataclasses.replace(ALL, left_out_class=2)


def test_the_class_is_in_no_split_and_its_test_images_wait_apart():
    every, dataset = ALL.load(), LEFT_OUT.load()
    for name in ("train", "validation", "test"):
        kept = getattr(every, name).labels != 2
        np.testing.assert_array_equal(getattr(dataset, name).images, getattr(every, name).images[kept])
        np.testing.assert_array_equal(getattr(dataset, name).labels, getattr(every, name).labels[kept])
    assert dataset.left_out is not None
    np.testing.assert_array_equal(dataset.left_out.images, every.test.images[every.test.labels == 2])
    assert (dataset.left_out_class, dataset.num_classes) == (2, 4)
    assert (every.left_out_class, every.left_out) == (None, None)


def test_labels_are_drawn_evenly_over_the_classes_that_remain():
    dataset = dataclasses.replace(LEFT_OUT, num_labeled=30).load()
    seen = dataset.train.labels[dataset.labeled_indices]
    np.testing.assert_array_equal(np.bincount(seen, minlength=4), [10, 10, 0, 10])


def test_the_fingerprint_changes_only_when_a_class_is_left_out():
    """The two without are what earlier versions computed."""
    assert ALL.load().fingerprint == "3218bc3cf0d09af11cf9f4574847553df94e1718cdb809c2d1cc4f0ead18b9db"
    assert (
        DigitsConfig().load().fingerprint
        == "1e1a894a1901e55fbd21deb13157fa7edd7c59e87566e28a24e9e78738ba88c6"
    )
    fingerprints = {dataclasses.replace(ALL, left_out_class=label).load().fingerprint for label in range(4)}
    assert len(fingerprints | {ALL.load().fingerprint}) == 5


def test_the_images_kept_for_the_end_are_part_of_the_fingerprint():
    dataset = LEFT_OUT.load()
    facts = data_facts(dataset)
    assert facts["left_out_class"] == 2
    assert facts["splits"]["left_out"]["images"] == 25
    assert "left_out_class" not in data_facts(ALL.load())
    assert list(data_facts(ALL.load())["splits"]) == ["train", "validation", "test"]


def test_they_are_read_only_and_drawn_black_and_white_with_the_others():
    dataset = LEFT_OUT.load()
    assert dataset.left_out is not None
    assert not dataset.left_out.images.flags.writeable
    drawn = binarized(dataset)
    assert drawn.left_out is not None
    np.testing.assert_array_equal(np.unique(drawn.left_out.images), [0, dataset.levels])
    assert drawn.left_out.labels is dataset.left_out.labels


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_a_class_that_is_none_is_told_with_a_remedy(name):
    recipe = DATASETS[name]
    last = recipe().classes - 1
    message = re.escape(
        f"data.left_out_class must be one of the classes 0 to {last}, got {last + 1}. "
        f"Try data.left_out_class={last}, or null"
    )
    with pytest.raises(ConfigError, match=message):
        read_recipe(recipe, {"left_out_class": last + 1}, "data")


def test_a_class_without_test_images_is_told():
    split = Split(np.zeros((4, 2, 2, 1), np.uint8), np.array([0, 0, 1, 1]))
    splits = {"train": split, "validation": split, "test": split.take(np.array([0, 1]))}
    with pytest.raises(DataError, match=r"data\.left_out_class is 1, and no test image is of that class"):
        without_class(splits, 1)
    with pytest.raises(DataError, match=r"is 0, and nothing else is in the test split.*left_out_class=null"):
        without_class(splits, 0)
