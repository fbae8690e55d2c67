"""The handwritten digits that ship with scikit-learn, read from its package without importing it.

In: `DigitsConfig`. Out: `Dataset`. Importing scikit-learn would take longer than training on the digits does.
Not here: MNIST.
"""

import functools
import gzip
import hashlib
import importlib.util
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from ssvae.data.assemble import assemble
from ssvae.data.dataset import Dataset, Split
from ssvae.data.recipes import DigitsConfig
from ssvae.data.splitting import stratified_cut
from ssvae.data.stamps import Stamp, stamp
from ssvae.data.streams import stream
from ssvae.errors import DataError

__all__ = ["load_digits", "missing_file"]

LEVELS = 16
"""Each pixel counts the ink dots in a cell of 4 by 4 dots of the scan."""

LINES = 1797
PIXELS = 64
"""Each line is one digit: its 64 pixels, row by row, then its label."""

SHA256 = "68aea062d35a127749050fa0e52dca09d6569ac08092c925610e0954e172dde2"
"""Of the numbers as bytes, line by line: the same however the file is compressed and its lines are ended."""

REINSTALL = "Reinstall it with pip install --force-reinstall scikit-learn, or use data=synthetic."


def load_digits(config: DigitsConfig) -> Dataset:
    """The digits, each class in proportion in every split.

    Changing `num_validation` leaves the test split as it is.

    Raises:
        DataError: when scikit-learn is absent or its file is not the one known.
    """
    path = _find()
    table = _read(path, stamp(path))
    images = table[:, :PIXELS].reshape(-1, *config.image_shape)
    digits = Split(images, table[:, PIXELS].astype(np.int32))
    test, rest = stratified_cut(digits.labels, config.num_test, stream(config.split_seed, "test split"))
    remaining = digits.take(rest)
    validation, train = stratified_cut(
        remaining.labels, config.num_validation, stream(config.split_seed, "validation split")
    )
    return assemble(
        config,
        train=remaining.take(train),
        validation=remaining.take(validation),
        test=digits.take(test),
        levels=LEVELS,
    )


def missing_file() -> str | None:
    """Why the digits cannot be read here and what to do, or None when their file is there."""
    try:
        _find()
    except DataError as error:
        return str(error)
    return None


def _find() -> Path:
    spec = importlib.util.find_spec("sklearn")  # looks for the package without importing it
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            "data=digits: scikit-learn is not installed, and the digits ship with it. "
            "Install it with pip install scikit-learn, or use data=synthetic."
        )
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "data" / "digits.csv.gz"
    if not path.is_file():
        raise DataError(f"data=digits: scikit-learn is installed without {path}. {REINSTALL}")
    return path


@functools.lru_cache(maxsize=1)
def _read(path: Path, unchanged: Stamp) -> UInt8[np.ndarray, "example column"]:
    """The checked table, read-only. The stamp is there for the cache, to tell one state of the file from another."""
    try:
        lines = gzip.decompress(path.read_bytes()).decode("ascii").splitlines()
        if len(lines) != LINES:  # loadtxt only warns of an empty file
            raise ValueError(f"it has {len(lines)} lines, expected {LINES}")
        table = np.loadtxt(lines, delimiter=",", dtype=np.uint8)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataError(f"data=digits: {path} cannot be read: {error}. {REINSTALL}") from error
    if (digest := hashlib.sha256(table.tobytes()).hexdigest()) != SHA256:
        raise DataError(
            f"data=digits: the numbers in {path} are not the known ones: their SHA-256 is {digest}, "
            f"expected {SHA256}. {REINSTALL}"
        )
    table.setflags(write=False)
    return table
