"""Commands as a user types them, in a folder of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TINY = (
    "data=synthetic",
    "training.epochs=2",
    "training.batch_size=64",
    "prior.num_components=6",
    "encoder.hidden_sizes=[16]",
    "decoder.hidden_sizes=[16]",
)
"""A run of a moment; what is left of its time is compiling and drawing."""


@pytest.fixture
def tiny():
    return TINY


@pytest.fixture
def main(tmp_path, monkeypatch):
    """`main("seed=1")` → exit code; runs in this process, in `tmp_path`."""
    from ssvae.composition.app import main as program

    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> int:
        with pytest.raises(SystemExit) as ended:
            program(config_directory=ROOT / "conf", arguments=words)
        return ended.value.code or 0

    return run


@pytest.fixture
def train_py(tmp_path):
    """`train_py("seed=1")` → the finished process of `python train.py seed=1`, started in `tmp_path`."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, str(ROOT / "train.py"), *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=900,
            env={**os.environ, "JAX_PLATFORMS": "cpu", **environment},
        )

    return run


@pytest.fixture
def only_run(tmp_path):
    """The one run folder there is."""

    def find() -> Path:
        (found,) = (tmp_path / "results").iterdir()
        return found

    return find


@pytest.fixture
def mnist_data():
    """Environment that lets the program find the real MNIST, where the user keeps it or beside the checkout."""
    from ssvae.data.recipes import MnistConfig

    if MnistConfig().absence() is None:
        return {}
    beside = ROOT.parent / "shared" / "data"
    if MnistConfig(root=str(beside / "mnist")).absence() is None:
        return {"SSVAE_DATA_DIR": str(beside)}
    pytest.skip("the real MNIST is not on this machine; set SSVAE_DATA_DIR to the folder that holds mnist/")
