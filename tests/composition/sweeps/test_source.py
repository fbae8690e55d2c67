import os
import subprocess

import pytest

from ssvae.composition.invocation import Invocation
from ssvae.composition.sweeps.source import source_changed, source_of
from ssvae.runs.source import capture_source

EDITED = "The code on the disk was edited while the sweep ran; its jobs ran the code of its beginning."


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path, monkeypatch):
    """Code is captured once per process; git sees no repository above, and none of the user's settings."""
    for variable in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for variable in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(variable, "somebody")
    capture_source.cache_clear()
    yield
    capture_source.cache_clear()


@pytest.fixture(params=["clone", "unpacked"])
def code(request, tmp_path, monkeypatch):
    """The folder of the code, in which the command is typed: a clone, or files that no repository holds."""
    folder = tmp_path / request.param
    (folder / "src" / "ssvae").mkdir(parents=True)
    (folder / "conf").mkdir()
    (folder / "src" / "ssvae" / "__init__.py").write_text("x = 1\n")
    (folder / "conf" / "config.yaml").write_text("seed: 0\n")
    (folder / ".gitignore").write_text("results/\n")
    if request.param == "clone":
        for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "first"]):
            subprocess.run(["git", *words], cwd=folder, check=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def invocation(code):
    """A sweep that has begun, and so has asked for its code."""
    found = Invocation(code_folder=str(code))
    source_of(found)
    return found


def test_when_nothing_happened_there_is_nothing_to_say(invocation):
    assert source_changed(invocation) is None


def edit(code):
    (code / "src" / "ssvae" / "__init__.py").write_text("x = 2\n")


def edit_settings(code):
    (code / "conf" / "config.yaml").write_text("seed: 1\n")


def add(code):
    (code / "src" / "ssvae" / "new.py").write_text("y = 1\n")


def delete(code):
    (code / "conf" / "config.yaml").unlink()


@pytest.mark.parametrize("change", [edit, edit_settings, add, delete])
def test_a_file_changed_meanwhile_is_said(invocation, code, change):
    change(code)
    assert source_changed(invocation) == EDITED


def test_the_code_of_the_sweep_stays_that_of_its_beginning(invocation, code):
    before = source_of(invocation).id
    edit(code)
    source_changed(invocation)
    assert source_of(invocation).id == before


def test_an_edit_undone_is_none(invocation, code):
    edit(code)
    (code / "src" / "ssvae" / "__init__.py").write_text("x = 1\n")
    assert source_changed(invocation) is None


def test_what_runs_and_sweeps_write_is_no_code(invocation, code):
    for name, file, text in (
        ("results/run_1", "notes.txt", "ignored by git"),
        ("sweeps/kl", "multirun.yaml", "hydra:\n  job: {}\n"),
        ("sweeps/kl", "sweep.yaml", "sweep: {}\n"),
        ("sweeps/kl/000_seed-0", "config.yaml", "seed: 0\n"),
    ):
        (code / name).mkdir(parents=True, exist_ok=True)
        (code / name / file).write_text(text)
    assert source_changed(invocation) is None
