"""Arrays in memory become the data set that the built-in reader of the same images makes."""

import numpy as np
import pytest

from ssvae.data.recipes import DigitsConfig, SyntheticConfig
from ssvae.errors import DataError
from ssvae.library.dataset import dataset_from_arrays


def arrays(count: int = 60, num_classes: int = 3, seed: int = 0):
    """Images that tell their row number, and labels."""
    images = np.zeros((count, 2, 2), np.uint8)
    images[:, 0, 0] = np.arange(count)
    images[:, 1, 1] = 255
    return images, np.random.default_rng(seed).permutation(np.arange(count) % num_classes)


def rows_of(split) -> list[int]:
    return split.images[:, 0, 0, 0].tolist()


@pytest.mark.parametrize("form", ["bytes", "floats"])
def test_the_digits_from_arrays_are_the_digits(form):
    from sklearn.datasets import load_digits

    found = load_digits()
    images = found.images.astype(np.uint8) if form == "bytes" else found.images / 16
    ours = dataset_from_arrays(
        images, found.target, num_labeled=100, validation=180, test=360, levels=16, name="digits"
    )
    theirs = DigitsConfig().load()
    assert ours.fingerprint == theirs.fingerprint
    assert (ours.name, ours.num_classes, ours.levels) == ("digits", 10, 16)
    np.testing.assert_array_equal(ours.labeled_indices, theirs.labeled_indices)


def test_the_seed_of_arrays_is_both_seeds_of_a_recipe():
    from sklearn.datasets import load_digits

    found = load_digits()
    ours = dataset_from_arrays(
        found.images / 16, found.target, num_labeled=50, validation=100, test=200, levels=16, seed=3
    )
    theirs = DigitsConfig(num_labeled=50, num_validation=100, num_test=200, split_seed=3, label_seed=3).load()
    assert ours.fingerprint == theirs.fingerprint


def test_every_image_is_in_one_split_with_its_label_and_each_class_in_proportion():
    images, labels = arrays()
    dataset = dataset_from_arrays(images, labels)
    splits = (dataset.train, dataset.validation, dataset.test)
    assert [len(split) for split in splits] == [48, 6, 6]
    assert sorted(row for split in splits for row in rows_of(split)) == list(range(60))
    for split in splits:
        np.testing.assert_array_equal(split.labels, labels[rows_of(split)])
        assert np.bincount(split.labels).tolist() == [len(split) // 3] * 3
    assert len(dataset.labeled_indices) == 48, "all of them, unless told otherwise"


def test_color_images_keep_their_channels():
    images = np.random.default_rng(0).random((20, 2, 2, 3))
    assert dataset_from_arrays(images, np.arange(20) % 2).train.images.shape == (16, 2, 2, 3)


def test_images_without_a_known_label_are_trained_on_and_never_shown_as_labeled():
    images, labels = arrays()
    known = labels.copy()
    known[10:] = -1
    dataset = dataset_from_arrays(images, known, validation=3, test=3)
    assert set(rows_of(dataset.validation)) | set(rows_of(dataset.test)) <= set(range(10))
    assert len(dataset.train) == 54
    np.testing.assert_array_equal(dataset.train.labels, known[rows_of(dataset.train)])
    seen = np.array(rows_of(dataset.train))[dataset.labeled_indices]
    assert sorted(seen) == sorted(
        set(range(10)) - set(rows_of(dataset.validation)) - set(rows_of(dataset.test))
    )
    few = dataset_from_arrays(images, known, validation=3, test=3, num_labeled=2)
    assert set(few.labeled_indices) <= set(dataset.labeled_indices)
    assert len(few.labeled_indices) == 2
    assert few.fingerprint != dataset.fingerprint


def test_the_seed_decides_and_the_arrays_given_may_change_afterwards():
    images, labels = arrays()
    first, again, other = (
        dataset_from_arrays(images, labels, num_labeled=9, seed=seed) for seed in (1, 1, 2)
    )
    assert first.fingerprint == again.fingerprint != other.fingerprint
    before = first.train.images.copy()
    images[:] = 0
    np.testing.assert_array_equal(first.train.images, before)
    with pytest.raises(ValueError, match="read-only"):
        first.train.images[0] = 0


def test_no_test_images_are_needed():
    images, labels = arrays()
    dataset = dataset_from_arrays(images, labels, test=0)
    assert (len(dataset.test), len(dataset.train)) == (0, 54)


def test_labels_of_any_integer_type_and_lists():
    images, labels = arrays()
    expected = dataset_from_arrays(images, labels).fingerprint
    for same in (labels.astype(np.uint8), labels.astype(np.int16), labels.tolist()):
        assert dataset_from_arrays(images, same).fingerprint == expected


def test_a_class_may_be_known_of_and_never_seen():
    images, labels = arrays()
    assert dataset_from_arrays(images, labels, num_classes=5).num_classes == 5


@pytest.mark.parametrize(
    ("labels", "settings", "message"),
    [
        (np.zeros(59, int), {}, r"labels must have shape \(60,\), one for each image, got \(59,\)\. Give one"),
        (np.eye(60, dtype=int), {}, r"got \(60, 60\)\. For one-hot rows, try labels\.argmax\(axis=1\)"),
        (np.zeros(60), {}, r"labels must be whole numbers, got float64\. Try np\.unique"),
        (np.array(["a", "b"] * 30), {}, r"labels must be whole numbers, got <U1\. Try np\.unique"),
        (np.full(60, -2), {"num_classes": 2}, r"from 0 to 1, or -1 where not known, got -2 to -2"),
        (np.arange(60) % 3, {"num_classes": 2}, r"from 0 to 1, .* got 0 to 2\. Try np\.unique"),
        (np.zeros(60, int), {}, r"at least two classes apart.*num_classes=2 .*NoClassifierConfig\(\)"),
        (np.full(60, -1), {"num_classes": 3}, r"not all be -1.*give zeros"),
        (np.arange(60) % 3, {"validation": 0}, r"validation must be at least 1 and test at least 0, got 0 and 6"),
        (np.arange(60) % 3, {"test": -1}, r"got 6 and -1"),
        (np.arange(60) % 3, {"validation": 30, "test": 30}, r"take 60 images .* training needs some too.*Try validation=6"),
        (np.array([0, 1, 2] + 57 * [-1]), {}, r"take 12 images with a known label, there are 3 among 60 .*validation=1, test=0"),
        (np.arange(60) % 3, {"num_labeled": 49}, r"num_labeled must be from 0 to 48, .* got 49\. Try num_labeled=48"),
        (np.arange(60) % 3, {"num_labeled": -1}, r"num_labeled must be from 0 to 48, .* got -1"),
        (np.arange(60) % 3, {"levels": 256}, r"levels must be from 1 to 255, got 256\. Try levels=255"),
        (np.arange(60) % 3, {"levels": 16}, r"images of bytes reach 255, expected at most levels=16"),
    ],
)  # fmt: skip
def test_messages(labels, settings, message):
    with pytest.raises(DataError, match=message):
        dataset_from_arrays(arrays()[0], labels, **settings)


def test_zeros_for_labels_where_none_is_known():
    images, _ = arrays()
    dataset = dataset_from_arrays(images, np.zeros(60, int), num_classes=2)
    assert dataset.num_classes == 2


def test_it_keeps_what_every_data_set_promises():
    """The same shapes and types as a built-in one."""
    ours, theirs = dataset_from_arrays(*arrays()), SyntheticConfig().load()
    assert ours.train.images.dtype == theirs.train.images.dtype
    assert ours.train.labels.dtype == theirs.train.labels.dtype
    assert ours.labeled_indices.dtype == theirs.labeled_indices.dtype
    assert (np.diff(ours.labeled_indices) > 0).all()
