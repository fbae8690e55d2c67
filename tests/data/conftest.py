"""The real MNIST where a machine has it, and a stand-in of its exact size where only the wiring is tested."""

import gzip
import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from ssvae.data import mnist
from ssvae.data.idx import IdxFile

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def real_mnist(monkeypatch):
    """Real MNIST found as a user's would be, through SSVAE_DATA_DIR; skips where there is none."""
    if not os.environ.get("SSVAE_DATA_DIR"):
        monkeypatch.setenv("SSVAE_DATA_DIR", str(SHARED_DATA))
    config = mnist.MnistConfig()
    if (reason := config.absence()) is not None:
        pytest.skip(f"Set SSVAE_DATA_DIR to a folder that holds MNIST. {reason}")
    return config


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory):
    """(folder, files): the shapes of MNIST, each image's first three pixels the number of its row."""
    folder = tmp_path_factory.mktemp("stand_in")
    random = np.random.default_rng(0)
    files = []
    for known in mnist.FILES:
        array = np.zeros(known.shape, np.uint8)
        if array.ndim == 3:
            rows = np.arange(len(array))
            array[:, 0, :3] = np.stack([rows >> 16, rows >> 8 & 255, rows & 255], axis=1)
        else:
            array[:] = random.choice(10, size=len(array), p=np.arange(1, 11) / 55)  # far from balanced
        content = known.header + array.tobytes()
        (folder / f"{known.name}.gz").write_bytes(gzip.compress(content, compresslevel=1))
        files.append(IdxFile(known.name, known.shape, hashlib.md5(content).hexdigest()))
    return folder, tuple(files)
