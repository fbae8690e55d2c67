import numpy as np
import pytest

from ssvae.data.dataset import Split
from ssvae.data.fingerprint import fingerprint

ROWS = np.array([0, 3])


def splits():
    images = np.arange(10 * 4, dtype=np.uint8).reshape(10, 2, 2, 1)
    everything = Split(images, np.arange(10, dtype=np.int32) % 3)
    return {"train": everything.take(np.arange(6)), "test": everything.take(np.arange(6, 10))}


def test_it_is_a_sha256_and_the_same_for_equal_data():
    first = fingerprint(splits(), ROWS, levels=255)
    assert first == fingerprint(splits(), ROWS, levels=255)
    assert len(bytes.fromhex(first)) == 32


def flip_one_pixel(parts):
    parts["test"].images[0, 0, 0, 0] ^= 1


def change_one_label(parts):
    parts["train"].labels[0] = 2


def swap_two_images(parts):
    parts["train"].images[[0, 1]] = parts["train"].images[[1, 0]]


def swap_two_labels(parts):
    parts["train"].labels[[0, 1]] = parts["train"].labels[[1, 0]]


def move_an_image_to_another_split(parts):
    together = Split(
        *(np.concatenate(arrays) for arrays in zip(*map(arrays_of, parts.values()), strict=True))
    )
    parts["train"], parts["test"] = together.take(np.arange(7)), together.take(np.arange(7, 10))


def turn_the_images_flat(parts):
    parts["train"] = Split(parts["train"].images.reshape(6, 1, 4, 1), parts["train"].labels)


def arrays_of(split):
    return split.images, split.labels


@pytest.mark.parametrize(
    "change",
    [
        flip_one_pixel,
        change_one_label,
        swap_two_images,
        swap_two_labels,
        move_an_image_to_another_split,
        turn_the_images_flat,
    ],
)
def test_every_change_of_the_data_shows(change):
    changed = splits()
    change(changed)
    assert fingerprint(changed, ROWS, levels=255) != fingerprint(splits(), ROWS, levels=255)


def test_labeled_rows_and_levels_show():
    ours = fingerprint(splits(), ROWS, levels=255)
    assert fingerprint(splits(), np.array([0, 4]), levels=255) != ours
    assert fingerprint(splits(), np.array([], np.int64), levels=255) != ours
    assert fingerprint(splits(), ROWS, levels=16) != ours


@pytest.mark.parametrize("dtype", ["<i4", ">i4", "<i8", "i2"])
def test_the_width_of_label_integers_does_not_show(dtype):
    other = {name: Split(split.images, split.labels.astype(dtype)) for name, split in splits().items()}
    assert fingerprint(other, ROWS.astype("i4"), levels=255) == fingerprint(splits(), ROWS, levels=255)
