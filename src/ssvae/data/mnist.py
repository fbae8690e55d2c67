"""MNIST from its four IDX files.

In: `MnistConfig`. Out: `Dataset`, or an error that names the files and what to do: nothing is downloaded, and
no other data set ever takes its place. Not here: the file format (idx.py), where to look (folders.py).
"""

import numpy as np

from ssvae.data.assemble import assemble
from ssvae.data.dataset import Dataset, Split
from ssvae.data.folders import data_folders
from ssvae.data.idx import IdxFile, missing_idx, read_idx
from ssvae.data.recipes import MnistConfig
from ssvae.data.splitting import stratified_cut
from ssvae.data.streams import stream

__all__ = ["load_mnist", "missing_files"]

LEVELS = 255

FILES = (
    IdxFile("train-images-idx3-ubyte", (60000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
    IdxFile("train-labels-idx1-ubyte", (60000,), "a25bea736e30d166cdddb491f175f624"),
    IdxFile("t10k-images-idx3-ubyte", (10000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
    IdxFile("t10k-labels-idx1-ubyte", (10000,), "27ae3e4e09519cfbb04c329615203637"),
)


def load_mnist(config: MnistConfig) -> Dataset:
    """MNIST with its own test split; validation is drawn from the 60,000, each class in proportion.

    Changing `num_train` leaves the validation split as it is.

    Raises:
        DataError: when a file is absent, damaged or not MNIST's.
    """
    train_images, train_labels, test_images, test_labels = read_idx(
        "mnist", FILES, data_folders("mnist", config.root)
    )
    pool = Split(train_images[..., np.newaxis], train_labels.astype(np.int32))
    validation, rest = stratified_cut(
        pool.labels, config.num_validation, stream(config.split_seed, "validation split")
    )
    chosen, _ = stratified_cut(
        pool.labels[rest], config.train_size, stream(config.split_seed, "training subset")
    )
    return assemble(
        config,
        train=pool.take(rest[chosen]),
        validation=pool.take(validation),
        test=Split(test_images[..., np.newaxis], test_labels.astype(np.int32)),
        levels=LEVELS,
    )


def missing_files(config: MnistConfig) -> str | None:
    """The files that are missing, where they were sought and what to do; None when all four are there."""
    return missing_idx("mnist", FILES, data_folders("mnist", config.root))
