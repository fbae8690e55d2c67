import dataclasses

import numpy as np
import pytest

from ssvae.config import read_recipe
from ssvae.data.recipes import SyntheticConfig
from ssvae.data.synthetic import class_patterns
from ssvae.errors import ConfigError


def nearest_pattern(config, images):
    """The class whose pattern is nearest: the best that anyone can do who knows the patterns."""
    patterns = class_patterns(config)
    differences = images[:, np.newaxis] / 255 - patterns
    return np.square(differences).sum(axis=(2, 3, 4)).argmin(axis=1)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("split_seed", range(5))
def test_classes_can_be_told_apart_at_the_default_noise(split_seed, channels):
    config = SyntheticConfig(split_seed=split_seed, channels=channels)
    test = config.load().test
    assert np.mean(nearest_pattern(config, test.images) == test.labels) >= 0.99


def test_so_much_noise_hides_the_classes():
    config = SyntheticConfig(noise=20.0)
    test = config.load().test
    assert np.mean(nearest_pattern(config, test.images) == test.labels) < 0.7


@pytest.mark.parametrize("channels", [1, 3])
def test_without_noise_every_image_is_its_pattern(channels):
    config = SyntheticConfig(noise=0.0, channels=channels)
    train = config.load().train
    patterns = np.rint(255 * class_patterns(config)).astype(np.uint8)
    np.testing.assert_array_equal(train.images, patterns[train.labels])


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("image_size", [2, 3, 8, 33])
def test_patterns_use_the_whole_range_in_each_channel(image_size, channels):
    patterns = class_patterns(SyntheticConfig(image_size=image_size, channels=channels))
    assert patterns.shape == (4, image_size, image_size, channels)
    assert np.all(patterns.min(axis=(1, 2)) == 0)
    assert np.all(patterns.max(axis=(1, 2)) == 1)


def test_patterns_are_smooth():
    patterns = class_patterns(SyntheticConfig(image_size=32, num_classes=20))
    # Three half waves over 32 pixels change by at most 3π/32 of their amplitude from pixel to pixel.
    assert np.abs(np.diff(patterns, axis=1)).max() < 3 * np.pi / 32


@pytest.mark.parametrize(("num_classes", "num_train"), [(4, 400), (7, 400), (100, 30)])
def test_classes_are_balanced(num_classes, num_train):
    config = SyntheticConfig(num_classes=num_classes, num_train=num_train, num_labeled=10)
    dataset = config.load()
    for split in (dataset.train, dataset.validation, dataset.test):
        assert np.ptp(np.bincount(split.labels, minlength=num_classes)) <= 1


def test_labels_come_in_random_order():
    labels = SyntheticConfig().load().train.labels
    assert np.mean(labels[1:] == labels[:-1]) == pytest.approx(0.25, abs=0.1)  # standard deviation 0.02


def test_the_noise_has_the_standard_deviation_asked_for():
    config = SyntheticConfig(noise=0.01, num_train=2000)
    train, patterns = config.load().train, class_patterns(config)
    is_far_from_clipping = (patterns > 0.1) & (patterns < 0.9)
    noise = (train.images / 255 - patterns[train.labels])[is_far_from_clipping[train.labels]]
    # Rounding to bytes adds the variance of a uniform step of 1/255.
    assert noise.std() == pytest.approx(np.sqrt(0.01**2 + (1 / 255) ** 2 / 12), rel=0.02)
    assert abs(noise.mean()) < 0.001


def test_no_two_splits_share_an_image():
    dataset = SyntheticConfig().load()
    images = np.concatenate([dataset.train.images, dataset.validation.images, dataset.test.images])
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == 600


@pytest.mark.parametrize(
    "change", [{"num_train": 50}, {"num_validation": 50}, {"num_labeled": 8}, {"label_seed": 1}]
)
def test_the_test_split_depends_on_its_own_settings_only(change):
    config = SyntheticConfig()
    other = dataclasses.replace(config, **change)
    np.testing.assert_array_equal(other.load().test.images, config.load().test.images)


def test_split_seed_changes_patterns_and_noise():
    ours, other = SyntheticConfig(), SyntheticConfig(split_seed=1)
    assert not np.allclose(class_patterns(ours), class_patterns(other))
    assert not np.array_equal(ours.load().train.labels, other.load().train.labels)


def test_channels_have_patterns_of_their_own_and_the_first_is_that_of_gray_images():
    gray, color = (class_patterns(SyntheticConfig(channels=channels)) for channels in (1, 3))
    np.testing.assert_array_equal(color[..., :1], gray)
    flat = color.reshape(-1, 3)
    assert abs(np.corrcoef(flat, rowvar=False) - np.eye(3)).max() < 0.7


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_other_channels_are_no_picture(channels):
    message = rf"^data\.channels must be 1 \(gray\) or 3 \(color\), got {channels}\. Try data\.channels=3\.$"
    with pytest.raises(ConfigError, match=message):
        read_recipe(SyntheticConfig, {"channels": channels}, "data")
