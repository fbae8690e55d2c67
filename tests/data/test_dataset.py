import numpy as np

from ssvae.data.dataset import Split


def test_a_split_is_as_long_as_its_labels():
    assert len(Split(np.zeros((3, 2, 2, 1), np.uint8), np.arange(3))) == 3


def test_take_keeps_images_and_labels_together_in_the_order_asked():
    labels = np.arange(5)
    split = Split(labels.astype(np.uint8).reshape(5, 1, 1, 1), labels)
    taken = split.take(np.array([4, 0, 2]))
    np.testing.assert_array_equal(taken.labels, [4, 0, 2])
    np.testing.assert_array_equal(taken.images.ravel(), [4, 0, 2])
    taken.images[:] = 9
    assert split.images.max() == 4
