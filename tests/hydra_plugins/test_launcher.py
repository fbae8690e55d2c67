"""Hydra's own suites for launchers, and what ours promises beyond them."""

from pathlib import Path

import pytest
from hydra.core.plugins import Plugins
from hydra.core.singleton import Singleton
from hydra.plugins.launcher import Launcher
from hydra.test_utils.launcher_common_tests import (
    BatchedSweeperTestSuite,
    IntegrationTestSuite,
    LauncherTestSuite,
)
from hydra.version import VersionBase

from hydra_plugins.ssvae_sweeps.launcher import BatchedLauncher
from ssvae.composition.versions import register_plugins

SRC = Path(__file__).parents[2] / "src"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # those of Hydra's own test applications
]


@pytest.fixture(autouse=True)
def as_in_a_fresh_process(monkeypatch):
    """Hydra's suites rely on the defaults of the oldest Hydra, which a command of ours run before has raised.

    Other processes find the plugins by Hydra's own scan, which needs the folder on the path.
    """
    monkeypatch.delitem(Singleton._instances, VersionBase, raising=False)
    register_plugins()
    monkeypatch.setenv("PYTHONPATH", str(SRC))


MODES = [["hydra.launcher.mode=sequential"], ["hydra.launcher.mode=vmap"]]


def test_hydra_finds_the_launcher():
    assert BatchedLauncher in Plugins.instance().discover(Launcher)


@pytest.mark.parametrize(("launcher_name", "overrides"), [("batched", mode) for mode in MODES])
class TestLauncher(LauncherTestSuite):
    pass


@pytest.mark.parametrize(
    ("launcher_name", "overrides"), [("batched", [*mode, "hydra.sweeper.max_batch_size=2"]) for mode in MODES]
)
class TestBatches(BatchedSweeperTestSuite):
    pass


@pytest.mark.parametrize(
    ("task_launcher_cfg", "extra_flags"), [({}, ["-m", "hydra/launcher=batched", *mode]) for mode in MODES]
)
class TestIntegration(IntegrationTestSuite):
    pass
