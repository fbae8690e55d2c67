"""On one version of Hydra these can only show that this version is content: warnings are errors here."""

import pytest
from hydra import compose
from omegaconf import OmegaConf

from ssvae.composition.versions import initialized, main_function, register_resolver


def test_a_resolver_can_be_made_known_again():
    for factor in (2, 3):
        register_resolver("test_times", lambda value, factor=factor: factor * int(value))
    assert OmegaConf.create({"a": "${test_times:2}"}).a == 6


@pytest.mark.parametrize("path", [None, "pkg://ssvae.conf"])
def test_folders_and_packages_can_be_composed_from(conf, path):
    with initialized(path or str(conf)):
        assert compose("config", ["seed=7"]).seed == 7


def test_the_program_calls_the_task(conf, monkeypatch, tmp_path):
    seen = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["x", "hydra.run.dir=out", "hydra/callbacks=[]", "seed=5"])
    main_function(seen.append, str(conf), "config")()
    assert seen[0].seed == 5
