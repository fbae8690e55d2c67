"""In which of its three ways the launcher runs the jobs of a sweep."""

import types

import pytest
from hydra._internal.callbacks import Callbacks
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra.types import HydraContext
from omegaconf import OmegaConf

from ssvae.composition import launching
from ssvae.composition.launching import Launch
from ssvae.composition.sweeps.recipes import OnFailure

GOES_ON, STOPS = OnFailure(stops=False, retries=1), OnFailure(stops=True, retries=0)


@pytest.fixture
def way(monkeypatch, tmp_path):
    """A function that gives the name of the way that jobs are run in."""

    def find(mode="auto", policy: OnFailure | None = GOES_ON, jobs=2, accelerator=False, **job):
        sweep = types.SimpleNamespace(policy=policy, slot_of=lambda words: None, is_stopped=False)
        monkeypatch.setattr(launching, "present_sweep", lambda: None if policy is None else sweep)
        monkeypatch.setattr(launching, "set_up_logging", lambda config: None)
        monkeypatch.setattr("ssvae.training.compilation.has_accelerator", lambda: accelerator)
        ways = []
        for name in ("_run_in_order", "_run_overlapping", "_run_together"):
            monkeypatch.setattr(Launch, name, lambda self, jobs, name=name: ways.append(name) or [])
        hydra = {"sweep": {"dir": str(tmp_path)}, "job": {"chdir": None, "env_set": {}, **job}}
        config = OmegaConf.create({"hydra": hydra})
        Launch(
            HydraContext(ConfigLoaderImpl(ConfigSearchPathImpl()), Callbacks()),
            lambda config: None,
            config,
            mode,
        ).run([("seed=0",)] * jobs, 0)
        (found,) = ways
        return found.removeprefix("_run_")

    return find


@pytest.mark.parametrize("mode", ["auto", "sequential"])
def test_on_a_cpu_one_trains_beside_the_others(way, mode):
    assert way(mode) == "overlapping"


@pytest.mark.parametrize(
    ("mode", "accelerator", "expected"),
    [
        ("auto", True, "together"),
        ("vmap", False, "together"),
        ("vmap", True, "together"),
        ("sequential", True, "in_order"),  # two at a time may need more memory than it has
    ],
)
def test_on_an_accelerator_or_as_it_was_asked_for(way, mode, accelerator, expected):
    assert way(mode, accelerator=accelerator) == expected


@pytest.mark.parametrize(
    "asked",
    [
        {"jobs": 1},
        {"policy": STOPS},
        {"policy": None},  # jobs of another program
        {"chdir": True},
        {"env_set": {"X": "1"}},
    ],
)
@pytest.mark.parametrize("mode", ["auto", "sequential"])
def test_each_ends_before_the_next_begins_where_the_process_must_be_its_own(way, mode, asked):
    assert way(mode, accelerator=True, **asked) == "in_order"
