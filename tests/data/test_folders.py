from pathlib import Path

import platformdirs
import pytest

from ssvae.data.folders import data_folders


@pytest.fixture
def cache():
    return platformdirs.user_cache_path("ssvae", appauthor=False)


def test_a_root_that_is_given_is_the_only_place(monkeypatch):
    monkeypatch.setenv("SSVAE_DATA_DIR", "/shared")
    assert data_folders("mnist", "/mine") == (Path("/mine"),)


def test_a_root_may_begin_with_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert data_folders("mnist", "~/images") == (Path("/home/ada/images"),)


def test_the_usual_places_in_their_order(monkeypatch, cache):
    monkeypatch.setenv("SSVAE_DATA_DIR", "/shared")
    assert data_folders("mnist", None) == (Path("/shared/mnist"), Path("/shared"), cache / "mnist")


@pytest.mark.parametrize("value", [None, ""])
def test_without_the_variable_only_the_cache_is_left(monkeypatch, cache, value):
    monkeypatch.delenv("SSVAE_DATA_DIR", raising=False)
    if value is not None:
        monkeypatch.setenv("SSVAE_DATA_DIR", value)
    assert data_folders("mnist", None) == (cache / "mnist",)
