import os
import subprocess
import sys
from pathlib import Path

import pytest

import ssvae
from ssvae.errors import ProvenanceError
from ssvae.reproduction.importing import check_import


@pytest.fixture
def package(tmp_path):
    """`package(folder)` makes one that must never be executed."""

    def make(name):
        folder = tmp_path / name / "ssvae"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("raise SystemExit(5)")
        return folder

    return make


def variables(*search):
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, search))}


def test_the_package_of_the_search_path_is_the_one(package, tmp_path):
    mine = package("code")
    check_import((sys.executable, "-c", "x", "train"), tmp_path, variables(mine.parent), mine)
    check_import((sys.executable, str(tmp_path / "train.py")), tmp_path, variables(mine.parent), mine)


def test_the_present_package_does_not_take_the_place_of_one_that_is_not_there(tmp_path):
    (tmp_path / "code").mkdir()
    search = variables(tmp_path / "code", Path(ssvae.__file__).parents[1])
    with pytest.raises(
        ProvenanceError, match=r"would import ssvae from .*ssvae/__init__\.py, and must .*nothing was run"
    ):
        check_import((sys.executable, "-c", "x"), tmp_path, search, tmp_path / "code" / "ssvae")


@pytest.mark.parametrize("command", [("-c", "x"), ("train.py",)])
def test_one_beside_the_program_or_in_the_folder_is_noticed(package, tmp_path, command):
    mine, other = package("code"), package("other")
    words = (*command[:-1], str(other.parent / command[-1])) if command[0] != "-c" else command
    with pytest.raises(ProvenanceError, match="would import ssvae from"):
        check_import((sys.executable, *words), other.parent, variables(mine.parent), mine)


def test_what_python_cannot_find_is_nowhere(tmp_path):
    bare = {"PATH": os.environ["PATH"]}
    isolated = tmp_path / "python"
    isolated.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    isolated.chmod(0o755)
    assert subprocess.run([isolated, "-c", ""], check=True).returncode == 0
    with pytest.raises(ProvenanceError, match="from nowhere"):
        check_import((str(isolated), "-c", "x"), tmp_path, bare, tmp_path / "ssvae")


def test_an_interpreter_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ProvenanceError, match="cannot be started"):
        check_import((str(tmp_path / "python"), "-c", "x"), tmp_path, {}, tmp_path)
