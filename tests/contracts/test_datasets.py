"""What every data set of the table keeps, found on this machine; a new data set is tested by being in the table."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ssvae.data.recipes import DATASETS

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="module", params=sorted(DATASETS))
def config(request):
    with pytest.MonkeyPatch.context() as patch:
        if not os.environ.get("SSVAE_DATA_DIR"):
            patch.setenv("SSVAE_DATA_DIR", str(SHARED_DATA))
        recipe = DATASETS[request.param]()
        if (reason := recipe.absence()) is not None:
            pytest.skip(reason)
        yield recipe


@pytest.fixture(scope="module")
def dataset(config):
    return config.load()


@pytest.fixture(scope="module")
def splits(dataset):
    return [dataset.train, dataset.validation, dataset.test]


def test_it_is_named_by_the_word_that_chooses_it(config, dataset):
    assert DATASETS[dataset.name] is type(config)


def test_images_have_the_shape_the_recipe_promises(config, splits):
    for split in splits:
        assert split.images.shape == (len(split), *config.image_shape)
        assert split.images.dtype == np.uint8


def test_brightness_reaches_full_level_and_never_passes_it(dataset, splits):
    assert max(split.images.max() for split in splits) == dataset.levels
    assert min(split.images.min() for split in splits) == 0


def test_the_train_split_has_the_size_the_recipe_promises(config, dataset):
    assert len(dataset.train) == config.train_size


def test_every_split_has_every_class_and_no_other(config, dataset, splits):
    assert dataset.num_classes == config.classes
    for split in splits:
        np.testing.assert_array_equal(np.unique(split.labels), np.arange(config.classes))


def test_the_labeled_rows_are_what_was_asked_for(config, dataset):
    rows = dataset.labeled_indices
    assert len(rows) == config.num_labeled
    assert np.all(np.diff(rows) > 0)
    counts = np.bincount(dataset.train.labels[rows], minlength=config.classes)
    assert np.ptp(counts) <= 1


def test_loading_twice_gives_the_same_to_the_bit(config, dataset):
    again = config.load()
    assert again.fingerprint == dataset.fingerprint
    np.testing.assert_array_equal(again.train.images, dataset.train.images)
    np.testing.assert_array_equal(again.labeled_indices, dataset.labeled_indices)


@pytest.mark.parametrize("seed", ["label_seed", "split_seed"])
def test_each_seed_changes_the_fingerprint(config, dataset, seed):
    assert dataclasses.replace(config, **{seed: 1}).load().fingerprint != dataset.fingerprint


def test_label_seed_leaves_the_images_alone(config, dataset):
    other = dataclasses.replace(config, label_seed=1).load()
    np.testing.assert_array_equal(other.train.images, dataset.train.images)
    assert not np.array_equal(other.labeled_indices, dataset.labeled_indices)


def test_no_labels_at_all_is_a_number_of_labels(config):
    assert len(dataclasses.replace(config, num_labeled=0).load().labeled_indices) == 0


def test_reading_data_imports_neither_jax_nor_scikit_learn():
    program = """
import importlib, pkgutil, sys
import ssvae.data
for module in pkgutil.iter_modules(ssvae.data.__path__, "ssvae.data."):
    importlib.import_module(module.name)
from ssvae.data.recipes import DATASETS
for recipe in DATASETS.values():
    if recipe().absence() is None:
        recipe().load()
print(sorted({"jax", "flax", "sklearn", "scipy", "matplotlib"} & set(sys.modules)))
"""
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
