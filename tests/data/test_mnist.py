import dataclasses

import numpy as np
import pytest

from ssvae.data import mnist
from ssvae.data.folders import data_folders
from ssvae.data.idx import read_idx
from ssvae.data.recipes import MnistConfig
from ssvae.errors import DataError


@pytest.fixture
def stand_in_config(stand_in, monkeypatch):
    folder, files = stand_in
    monkeypatch.setattr(mnist, "FILES", files)
    return MnistConfig(root=str(folder))


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine without data."""
    monkeypatch.delenv("SSVAE_DATA_DIR", raising=False)
    monkeypatch.setattr("ssvae.data.folders.user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path


def rows_of(split):
    """The row in its file of each image of the stand-in."""
    high, middle, low = split.images[:, 0, :3, 0].astype(int).T
    return (high << 16) + (middle << 8) + low


def test_real_images_and_labels_are_the_known_ones(real_mnist):
    train_images, train_labels, test_images, test_labels = read_idx(
        "mnist", mnist.FILES, data_folders("mnist", real_mnist.root)
    )
    brightness = np.arange(256) / 255
    blocks = np.array_split(train_images, 60)  # counting all at once would take eight bytes per pixel
    frequency = sum(np.bincount(block.ravel(), minlength=256) for block in blocks) / train_images.size
    mean = frequency @ brightness
    assert f"{mean:.10f}" == "0.1306604763"
    assert f"{np.sqrt(frequency @ (brightness - mean) ** 2):.7f}" == "0.3081078"
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(train_labels).tolist() == counts
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(test_labels).tolist() == counts
    assert train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert test_labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert test_images.shape == (10000, 28, 28)


def test_real_mnist_loads_as_a_dataset(real_mnist):
    dataset = dataclasses.replace(real_mnist, num_labeled=1000).load()
    assert [len(split) for split in (dataset.train, dataset.validation, dataset.test)] == [55000, 5000, 10000]
    labels = np.concatenate([dataset.train.labels, dataset.validation.labels])
    assert np.bincount(labels)[:3].tolist() == [5923, 6742, 5958]
    assert np.bincount(dataset.train.labels[dataset.labeled_indices]).tolist() == [100] * 10
    assert dataset.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_the_official_test_images_are_the_test_split_in_their_order(stand_in_config):
    np.testing.assert_array_equal(rows_of(stand_in_config.load().test), np.arange(10000))


def test_training_and_validation_share_out_the_rest(stand_in_config):
    dataset = stand_in_config.load()
    rows = np.concatenate([rows_of(dataset.train), rows_of(dataset.validation)])
    np.testing.assert_array_equal(np.sort(rows), np.arange(60000))
    together = np.concatenate([dataset.train.labels, dataset.validation.labels])
    off = np.bincount(dataset.validation.labels) - 5000 * np.bincount(together) / 60000
    assert np.abs(off).max() < 1


def test_labels_stay_with_their_images(stand_in_config):
    dataset = stand_in_config.load()
    labels = read_idx("mnist", mnist.FILES, data_folders("mnist", stand_in_config.root))[1]
    for split in (dataset.train, dataset.validation):
        np.testing.assert_array_equal(split.labels, labels[rows_of(split)])


def test_a_subset_is_stratified_and_leaves_validation_alone(stand_in_config):
    whole = stand_in_config.load()
    subset = dataclasses.replace(stand_in_config, num_train=1000).load()
    np.testing.assert_array_equal(rows_of(subset.validation), rows_of(whole.validation))
    assert len(np.intersect1d(rows_of(subset.train), rows_of(whole.train))) == 1000
    off = np.bincount(subset.train.labels) - 1000 * np.bincount(whole.train.labels) / 55000
    assert np.abs(off).max() < 1


def test_more_training_images_than_there_are_means_all(stand_in_config):
    config = dataclasses.replace(stand_in_config, num_train=59900)
    assert config.train_size == len(config.load().train) == 55000


def test_the_split_follows_split_seed_alone(stand_in_config):
    ours, same, other = (
        rows_of(dataclasses.replace(stand_in_config, **change).load().validation)
        for change in ({}, {"label_seed": 3}, {"split_seed": 3})
    )
    np.testing.assert_array_equal(ours, same)
    assert not np.array_equal(ours, other)


def test_without_files_the_message_names_them_the_folder_and_the_ways_out(nowhere):
    expected = (
        "data=mnist: train-images-idx3-ubyte(.gz), train-labels-idx1-ubyte(.gz), t10k-images-idx3-ubyte(.gz) "
        f"and t10k-labels-idx1-ubyte(.gz) are not in {nowhere / 'cache' / 'mnist'}. "
        "Put the four IDX files there, set data.root, or use data=digits."
    )
    assert MnistConfig().absence() == expected
    with pytest.raises(
        DataError, match=r"train-images-idx3-ubyte\(\.gz\), .* are not in .*cache.*mnist\. Put the four"
    ):
        MnistConfig().load()


def test_a_root_without_files_never_falls_back_to_another_folder(stand_in_config, monkeypatch, tmp_path):
    monkeypatch.setenv("SSVAE_DATA_DIR", stand_in_config.root)
    assert MnistConfig().absence() is None
    assert f"are not in {tmp_path}." in MnistConfig(root=str(tmp_path)).absence()


@pytest.mark.parametrize("below", ["", "mnist"])
def test_files_are_found_in_the_shared_folder_or_its_mnist(stand_in, nowhere, monkeypatch, below):
    folder, files = stand_in
    monkeypatch.setattr(mnist, "FILES", files)
    (nowhere / "shared").mkdir()
    (nowhere / "shared" / "mnist").symlink_to(folder)
    monkeypatch.setenv("SSVAE_DATA_DIR", str(nowhere / "shared" / below))
    assert MnistConfig().absence() is None


def test_files_are_found_in_the_users_cache(stand_in, nowhere, monkeypatch):
    folder, files = stand_in
    monkeypatch.setattr(mnist, "FILES", files)
    (nowhere / "cache").mkdir()
    (nowhere / "cache" / "mnist").symlink_to(folder)
    assert MnistConfig().absence() is None


def test_files_of_another_data_set_under_the_same_names_are_refused(stand_in):
    folder, _ = stand_in
    with pytest.raises(
        DataError, match=r"train-images-idx3-ubyte\.gz is not the file expected: the MD5 of its content"
    ):
        MnistConfig(root=str(folder)).load()
