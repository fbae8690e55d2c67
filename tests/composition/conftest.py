"""A command run inside this process, its training replaced: what is tested here is everything around it."""

import dataclasses
import logging
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from ssvae.composition import app
from ssvae.composition.app import main
from ssvae.composition.composing import composer
from ssvae.composition.guard import check
from ssvae.composition.words import sort_words
from ssvae.errors import ConfigError

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture(scope="session")
def conf():
    """The folder of YAML."""
    return CONF


@pytest.fixture(scope="session")
def made():
    """A composer over conf/, shared: composing changes nothing."""
    return composer(str(CONF), (), "config")


@pytest.fixture
def plan_of(made):
    """What a command would run."""
    return lambda *words: check(sort_words(list(words)), made)


@pytest.fixture
def problems_of(made):
    """Every mistake in a command."""

    def problems(*words: str) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            check(sort_words(list(words)), made)
        return caught.value.problems

    return problems


@dataclasses.dataclass(frozen=True)
class Finished:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def train(monkeypatch, tmp_path, capfd) -> Callable[..., Finished]:
    """Run a whole command in an empty folder.

    `training` stands in for the training: it is called with the experiment and the run's folder.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SSVAE_DATA_DIR", raising=False)
    monkeypatch.setattr(sys, "argv", ["train.py"])
    monkeypatch.setattr(app, "leave_at_once", sys.exit)

    def run(*words: str, training=lambda experiment, run_dir: None, config_directory=CONF) -> Finished:
        order = types.SimpleNamespace(
            run_experiment=lambda experiment, run_dir, *_: training(experiment, run_dir)
        )
        monkeypatch.setitem(sys.modules, "ssvae.pipeline.order", order)
        before = dict(os.environ)
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(config_directory=config_directory, arguments=list(words))
        printed = capfd.readouterr()
        assert dict(os.environ) == before
        return Finished(left.value.code or 0, printed.out, printed.err)

    yield run
    root.handlers[:], root.level = handlers, level
