import numpy as np
import pytest

from ssvae.data.assemble import assemble
from ssvae.data.dataset import Split
from ssvae.data.recipes import SyntheticConfig
from ssvae.errors import DataError

CONFIG = SyntheticConfig(num_classes=3, image_size=2, num_train=12, num_labeled=6)


def split(size, *, shape=(2, 2, 1), brightest=255, classes=3):
    images = np.full((size, *shape), brightest, np.uint8)
    return Split(images, np.arange(size, dtype=np.int32) % classes)


def assembled(config=CONFIG, levels=255, **splits):
    return assemble(
        config, **{"train": split(12), "validation": split(4), "test": split(5)} | splits, levels=levels
    )


def test_everything_arrives_in_the_dataset():
    dataset = assembled()
    assert (dataset.name, dataset.num_classes, dataset.levels) == ("synthetic", 3, 255)
    assert [len(part) for part in (dataset.train, dataset.validation, dataset.test)] == [12, 4, 5]
    np.testing.assert_array_equal(np.bincount(dataset.train.labels[dataset.labeled_indices]), [2, 2, 2])


def test_a_class_absent_from_the_data_is_no_obstacle():
    dataset = assembled(train=split(12, classes=2))
    np.testing.assert_array_equal(np.bincount(dataset.train.labels[dataset.labeled_indices]), [3, 3])


def test_empty_splits_are_no_obstacle():
    assert len(assembled(validation=split(0), test=split(0)).test) == 0


def test_the_arrays_become_read_only():
    dataset = assembled()
    for array in (dataset.train.images, dataset.test.labels, dataset.labeled_indices):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_images_of_another_shape_are_refused():
    with pytest.raises(
        DataError, match=r"the test images have shape \(5, 3, 2, 1\), its recipe promises \(5, 2, 2, 1\)"
    ):
        assembled(test=split(5, shape=(3, 2, 1)))


def test_images_that_are_too_bright_are_refused():
    with pytest.raises(DataError, match=r"the validation images reach brightness 17, expected at most 16"):
        assembled(
            levels=16,
            train=split(12, brightest=16),
            validation=split(4, brightest=17),
            test=split(5, brightest=16),
        )


def test_images_that_are_not_bytes_are_refused():
    floats = split(5)
    object.__setattr__(
        floats, "images", np.full((5, 2, 2, 1), 0.5, np.float32)
    )  # past the tests' type checks
    with pytest.raises(DataError, match=r"the test images are float32, expected uint8 from 0 to 255"):
        assembled(test=floats)


def test_labels_out_of_range_are_refused():
    with pytest.raises(DataError, match=r"the train labels run from 0 to 4, its recipe promises 0 to 2"):
        assembled(train=split(12, classes=5))


def test_all_problems_are_told_at_once():
    with pytest.raises(
        DataError, match=r"^data=synthetic: the train split has 11 images, its recipe promises 12;.*5, 1"
    ):
        assembled(train=split(11), test=split(5, shape=(1, 5, 1)))


def test_too_few_images_for_the_labels_asked_for():
    with pytest.raises(DataError, match=r"data.num_labeled is 13, but there are only 12 training images"):
        assembled(config=SyntheticConfig(num_classes=3, image_size=2, num_train=12, num_labeled=13))
