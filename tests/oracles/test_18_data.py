"""Oracle 18: the numbers of the data sets themselves. Computed from the original files with numpy and scikit-learn."""

import os
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets
from sklearn.model_selection import train_test_split

from ssvae.data.folders import data_folders
from ssvae.data.idx import missing_idx, read_idx
from ssvae.data.mnist import FILES
from ssvae.data.recipes import DigitsConfig, MnistConfig

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"

DIGITS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
MNIST_TRAIN = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
MNIST_TEST = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def pooled(*splits):
    """Images as rows of brightness levels, and labels, of several splits."""
    images = np.concatenate([split.images for split in splits])
    return images.reshape(len(images), -1), np.concatenate([split.labels for split in splits])


@pytest.fixture(scope="module")
def digits():
    dataset = DigitsConfig().load()
    return pooled(dataset.train, dataset.validation, dataset.test)


def test_digits_have_the_known_numbers(digits):
    levels, labels = digits
    assert levels.shape == (1797, 64)
    assert levels.sum(dtype=np.int64) == 561718
    assert (levels / 16).mean() == pytest.approx(0.3052602862, rel=1e-9)
    assert np.bincount(labels).tolist() == DIGITS


def test_digits_are_those_of_scikit_learn_image_by_image(digits):
    levels, labels = digits
    images, targets = sklearn.datasets.load_digits(return_X_y=True)
    ours, theirs = np.column_stack([levels, labels]), np.column_stack([images, targets])
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


def test_digits_have_four_constant_pixels_on_the_split_of_the_classical_baselines():
    images, targets = sklearn.datasets.load_digits(return_X_y=True)
    train, test = train_test_split(images / 16, test_size=360, stratify=targets, random_state=0)
    assert (len(train), len(test)) == (1437, 360)
    assert (np.ptp(train, axis=0) == 0).sum() == 4


@pytest.fixture(scope="module")
def mnist_folder():
    """The folder that `SSVAE_DATA_DIR` names, or the one beside the repository."""
    with pytest.MonkeyPatch.context() as patch:
        if not os.environ.get("SSVAE_DATA_DIR"):
            patch.setenv("SSVAE_DATA_DIR", str(SHARED_DATA))
        folders = data_folders("mnist", None)
        if (reason := missing_idx("mnist", FILES, folders)) is not None:
            pytest.skip(reason)
        yield folders


def test_mnist_has_the_known_numbers(mnist_folder):
    train_images, train_labels, test_images, test_labels = read_idx("mnist", FILES, mnist_folder)
    assert train_images.shape == (60000, 28, 28)
    assert test_images.shape == (10000, 28, 28)
    # From the histogram of the bytes: exact, and without 376 MB of doubles.
    counts = np.bincount(train_images.ravel(), minlength=256)
    brightness, shares = np.arange(256) / 255, counts / counts.sum()
    mean = (shares * brightness).sum()
    assert mean == pytest.approx(0.1306604763, rel=1e-8)
    assert np.sqrt((shares * (brightness - mean) ** 2).sum()) == pytest.approx(0.3081078, rel=1e-6)
    assert np.bincount(train_labels).tolist() == MNIST_TRAIN
    assert np.bincount(test_labels).tolist() == MNIST_TEST


def test_mnist_is_in_its_canonical_order(mnist_folder):
    _, train_labels, _, test_labels = read_idx("mnist", FILES, mnist_folder)
    assert train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert test_labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_the_splits_of_mnist_are_its_images_each_once(mnist_folder):
    dataset = MnistConfig().load()
    levels, labels = pooled(dataset.train, dataset.validation)
    assert levels.shape == (60000, 784)
    assert levels.mean() / 255 == pytest.approx(0.1306604763, rel=1e-8)
    assert np.bincount(labels).tolist() == MNIST_TRAIN
    test_levels, test_labels = pooled(dataset.test)
    assert test_levels.shape == (10000, 784)
    assert np.bincount(test_labels).tolist() == MNIST_TEST
