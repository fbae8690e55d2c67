import gzip
import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from ssvae.data.recipes import DigitsConfig
from ssvae.errors import DataError

ORIGINAL = gzip.decompress(
    Path(importlib.util.find_spec("sklearn").origin)
    .with_name("datasets")
    .joinpath("data/digits.csv.gz")
    .read_bytes()
)


@pytest.fixture(scope="module")
def digits():
    return DigitsConfig().load()


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """A function that makes scikit-learn look as if its file of digits had this content."""
    path = tmp_path / "datasets" / "data" / "digits.csv.gz"
    path.parent.mkdir(parents=True)
    spec = ModuleSpec("sklearn", loader=None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    return path.write_bytes


def all_images(dataset):
    return np.concatenate([dataset.train.images, dataset.validation.images, dataset.test.images])


def all_labels(dataset):
    return np.concatenate([dataset.train.labels, dataset.validation.labels, dataset.test.labels])


def test_the_content_is_the_known_one(digits):
    images = all_images(digits)
    assert images.shape == (1797, 8, 8, 1)
    assert digits.levels == images.max() == 16
    assert images.sum(dtype=np.int64) == 561718
    assert f"{images.mean() / 16:.8f}" == "0.30526029"
    counts = np.bincount(all_labels(digits)).tolist()
    assert counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_file_is_read_once_and_again_when_it_is_another(installed, monkeypatch):
    installed(gzip.compress(ORIGINAL))
    first = DigitsConfig().load()
    unpacked, decompress = [], gzip.decompress
    monkeypatch.setattr(gzip, "decompress", lambda content: unpacked.append(1) or decompress(content))
    assert DigitsConfig(label_seed=1).load().train.images.tobytes() == first.train.images.tobytes()
    assert not unpacked
    installed(gzip.compress(ORIGINAL[:-200]))
    with pytest.raises(DataError):
        DigitsConfig().load()
    assert len(unpacked) == 1


def test_the_first_digit_of_the_file_keeps_its_pixels_and_its_label(digits):
    first = np.array([line.split(",") for line in ORIGINAL.decode().splitlines()[:1]], dtype=int)[0]
    place = np.flatnonzero((all_images(digits).reshape(-1, 64) == first[:64]).all(axis=1))
    assert len(place) == 1
    assert all_labels(digits)[place] == first[64] == 0


def test_no_image_is_in_two_splits(digits):
    assert len(np.unique(all_images(digits).reshape(1797, 64), axis=0)) == 1797


@pytest.mark.parametrize("split_seed", [0, 1, 2])
def test_every_split_has_the_mix_of_classes(split_seed):
    dataset = DigitsConfig(split_seed=split_seed).load()
    counts = np.bincount(all_labels(dataset))
    for split, size in [(dataset.test, 360), (dataset.validation, 180), (dataset.train, 1257)]:
        assert len(split) == size
        off = np.bincount(split.labels) - size * counts / 1797
        # Below 1 for the first cut (test). Each later cut rounds what earlier ones left: below 2 for the others.
        assert np.abs(off).max() < (1 if split is dataset.test else 2)


def test_the_size_of_validation_does_not_change_the_test_split(digits):
    other = DigitsConfig(num_validation=300).load()
    np.testing.assert_array_equal(other.test.images, digits.test.images)


def test_label_seed_changes_the_labels_and_nothing_else(digits):
    other = DigitsConfig(label_seed=1).load()
    np.testing.assert_array_equal(other.train.images, digits.train.images)
    assert not np.array_equal(other.labeled_indices, digits.labeled_indices)


def test_the_default_split_and_labels_stay_as_they_are(digits):
    """A failure means that runs recorded before can no longer be compared: change it only on purpose."""
    assert digits.fingerprint == "1e1a894a1901e55fbd21deb13157fa7edd7c59e87566e28a24e9e78738ba88c6"


@pytest.mark.parametrize(
    "content",
    [ORIGINAL.replace(b"\n", b"\r\n"), ORIGINAL.rstrip(b"\n"), ORIGINAL.replace(b",", b", ")],
    ids=["line ends", "last line", "spaces"],
)
def test_other_ways_to_write_the_same_numbers_are_read(installed, digits, content):
    installed(gzip.compress(content))
    assert DigitsConfig().load().fingerprint == digits.fingerprint


DAMAGED = {
    "empty": (b"", "has 0 lines, expected 1797"),
    "not gzip": (ORIGINAL, "cannot be read: Not a gzipped file"),
    "cut short": (gzip.compress(ORIGINAL)[:-2000], "cannot be read: Compressed file ended"),
    "bits flipped": (gzip.compress(ORIGINAL)[:10] + b"\7" * 5000, "cannot be read: Error -3"),
    "a line lost": (gzip.compress(ORIGINAL.partition(b"\n")[2]), "has 1796 lines, expected 1797"),
    "a column lost": (
        gzip.compress(b"\n".join(line[2:] for line in ORIGINAL.splitlines())),
        "the numbers in .* are not the known ones",
    ),
    "not a number": (gzip.compress(b"x" + ORIGINAL), "cannot be read: could not convert string 'x0'"),
    "not ascii": (gzip.compress(b"\xff" + ORIGINAL), "cannot be read: 'ascii' codec"),
    "one pixel": (gzip.compress(b"1" + ORIGINAL[1:]), "SHA-256 is [0-9a-f]{64}, expected 68aea062"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_refused_with_a_remedy(installed, damage):
    content, message = DAMAGED[damage]
    installed(content)
    with pytest.raises(
        DataError, match=rf"data=digits: .*{message}.* Reinstall it .* or use data=synthetic\."
    ):
        DigitsConfig().load()


def test_without_scikit_learn_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    message = (
        "scikit-learn is not installed, and the digits ship with it. Install it with pip install scikit-learn"
    )
    assert message in DigitsConfig().absence()
    with pytest.raises(DataError, match=message):
        DigitsConfig().load()


def test_without_the_file_the_message_names_it(installed):
    message = r"scikit-learn is installed without .*digits\.csv\.gz\. Reinstall it"
    with pytest.raises(DataError, match=message):
        DigitsConfig().load()


def test_nothing_is_absent_here():
    assert DigitsConfig().absence() is None
