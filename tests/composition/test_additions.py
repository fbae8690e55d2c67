import sys
from pathlib import Path

import pytest

from ssvae.composition import recording
from ssvae.composition.additions import notes
from ssvae.composition.names import VARIANTS
from ssvae.composition.places import find_places
from ssvae.composition.words import sort_words
from ssvae.errors import ConfigError
from ssvae.priors.recipes import StandardPriorConfig


@pytest.fixture
def plugin(monkeypatch):
    """`plugin("x = 1")` → the file of a plugin with this text, in the current directory."""
    name = "plugin_of_composition"
    monkeypatch.setattr(sys, "path", [*sys.path])

    def write(text: str) -> Path:
        monkeypatch.setenv("SSVAE_PLUGINS", name)
        path = Path(f"{name}.py").absolute()
        path.write_text(text)
        return path

    yield write
    sys.modules.pop(name, None)


def test_the_log_of_a_run_names_each_plugin(train, plugin):
    path = plugin("")
    done = train()
    assert done.code == 0
    assert f"Plugin plugin_of_composition, from {path}.\n" in done.out
    (run,) = Path("results").iterdir()
    assert f"Plugin plugin_of_composition, from {path}." in (run / "logs" / "train.log").read_text()


def test_a_plugin_that_breaks_is_a_mistake_in_the_command(train, plugin):
    plugin("1 / 0\n")
    done = train("prior=mixtre")
    assert done.code == 2
    assert "ZeroDivisionError" in done.err
    assert "mixtre" not in done.err, "what plugins would have added is not known"
    assert not Path("results").exists()


def test_a_configuration_is_shown_with_what_plugins_add(train, plugin):
    plugin("1 / 0\n")
    assert train("--cfg", "job").code == 2
    plugin("value = 'this time it is right'\n")
    assert train("--cfg", "job").code == 0


def test_a_job_in_another_process_meets_them_too(train, monkeypatch):
    """There the record is the first that is written; what cannot be loaded fails the run like any other mistake."""

    def load():
        raise ConfigError("SSVAE_PLUGINS=elsewhere: there is no module elsewhere.")

    monkeypatch.setattr(recording, "load_plugins", load)
    done = train()
    assert done.code == 2
    assert "there is no module elsewhere" in done.out + done.err


def test_recipes_that_take_the_place_of_ours_are_noted(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    places = find_places(sort_words([]), None)
    assert notes(places) == ()
    monkeypatch.setitem(VARIANTS["prior"], "mixture", StandardPriorConfig)
    monkeypatch.setitem(VARIANTS["prior"], "mine", StandardPriorConfig)
    assert notes(places) == (
        "prior=mixture is ssvae.priors.recipes.StandardPriorConfig instead of the built-in MixturePriorConfig.",
    )
