import hashlib
import os
import subprocess

import pytest

from ssvae.runs import git, git_command
from ssvae.runs.git import git_facts


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty repository of its own, whatever the settings of the user are."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.delenv("GIT_DIR", raising=False)
    folder = tmp_path / "repository"
    folder.mkdir()
    run(folder, "init", "--quiet")
    run(folder, "config", "user.name", "A Researcher")
    run(folder, "config", "user.email", "researcher@example.org")
    return folder


@pytest.fixture
def committed(repository):
    """A repository with one commit: a text, a binary file, and ignored results/."""
    (repository / "model.py").write_text("x = 1\n")
    (repository / "data.bin").write_bytes(bytes(range(256)))
    (repository / ".gitignore").write_text("results/\n")
    (repository / "room").mkdir()
    (repository / "room" / "deep.py").write_text("y = 1\n")
    run(repository, "add", ".")
    run(repository, "commit", "--quiet", "-m", "first")
    return repository


def run(folder, *arguments):
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


def test_a_clean_tree(committed):
    (committed / "results").mkdir()
    (committed / "results" / "config.yaml").write_text("ignored")
    facts = git_facts(committed / "room")
    assert facts.commit_full == run(committed, "rev-parse", "HEAD").strip()
    assert facts.commit_full.startswith(facts.commit)
    assert facts.is_dirty is False
    assert facts.problem is None


@pytest.mark.parametrize("change", ["modified", "staged", "untracked", "deleted"])
def test_any_change_makes_it_dirty_and_the_index_is_not_touched(committed, change):
    if change == "untracked":
        (committed / "new.py").write_text("z = 1\n")
    elif change == "deleted":
        (committed / "model.py").unlink()
    else:
        (committed / "model.py").write_text("x = 2\n")
    if change == "staged":
        run(committed, "add", "model.py")
    os.utime(committed / "data.bin", (1, 1))  # git would like to refresh its index now
    before = hashlib.sha256((committed / ".git" / "index").read_bytes()).hexdigest()
    assert git_facts(committed).is_dirty is True
    assert hashlib.sha256((committed / ".git" / "index").read_bytes()).hexdigest() == before


def test_before_the_first_commit(repository):
    (repository / "model.py").write_text("x = 1\n")
    facts = git_facts(repository)
    assert (facts.commit, facts.commit_full, facts.is_dirty) == (None, None, True)
    assert facts.problem == "the repository has no commit yet"


def test_a_folder_git_knows_nothing_of_is_not_the_code_of_the_commit(committed):
    installed = committed / "results" / "site-packages" / "ssvae"
    installed.mkdir(parents=True)
    (installed / "__init__.py").touch()
    assert git_facts(installed) == git.GitFacts(problem=f"{installed} holds no file that git tracks")


def test_outside_a_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    facts = git_facts(tmp_path)
    assert (facts.commit, facts.is_dirty) == (None, None)
    assert facts.problem == f"{tmp_path} is not in a git repository"


def test_without_git(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_facts(tmp_path) == git.GitFacts(problem="git is not installed")


def test_a_git_that_hangs(tmp_path, monkeypatch):
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 5\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    monkeypatch.setattr(git_command, "_TIMEOUT", 0.1)
    assert git_facts(tmp_path).problem == "git did not answer within 0.1 s"


@pytest.mark.parametrize(
    ("complaint", "problem"),
    [
        ("fatal: bad object HEAD", "fatal: bad object HEAD"),
        (
            "fatal: detected dubious ownership in repository at '/a b/c'",
            "git reads no repository that belongs to somebody else: '/a b/c'. If you trust it, type "
            "git config --global --add safe.directory '/a b/c'",
        ),
    ],
)
def test_a_git_that_fails_says_why(tmp_path, monkeypatch, complaint, problem):
    (tmp_path / "git").write_text(f'#!/bin/sh\necho "{complaint}" >&2\nexit 128\n')
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_facts(tmp_path).problem == problem


def make_run(folder, *, is_new=False):
    """What a run leaves; a new one has nothing but its state."""
    folder.mkdir(parents=True)
    (folder / "state.json").write_text('{"status": "running", "phase": "starting", "heartbeat": "now"}')
    if not is_new:
        (folder / "config.yaml").write_text("seed: 0\n")
        (folder / "logs").mkdir()
        (folder / "logs" / "train.log").write_text("hello\n")


def test_what_runs_wrote_makes_nothing_dirty(committed):
    (committed / ".gitignore").write_text("")
    run(committed, "commit", "--quiet", "-am", "nothing is ignored")
    make_run(committed / "results" / "one")
    make_run(committed / "mine", is_new=True)
    make_run(committed / "sweep" / "0")
    (committed / "sweep" / "multirun.yaml").write_text("hydra:\n  run: {}\n")
    (committed / "sweep" / "best.txt").write_text("0\n")
    assert git_facts(committed / "room").is_dirty is False
    (committed / "results" / "notes.txt").write_text("beside the run\n")
    assert git_facts(committed).is_dirty is True


def test_a_folder_with_code_that_git_tracks_is_no_run(committed):
    make_run(committed / "study")
    run(committed, "add", "study/config.yaml")
    run(committed, "commit", "--quiet", "-m", "a study")
    assert git_facts(committed).is_dirty is True
    (committed / "state.json").write_text("{}")
    (committed / "config.yaml").touch()
    assert git_facts(committed).is_dirty is True


def test_without_a_repository_of_the_code_the_project_counts(committed, tmp_path):
    installed = tmp_path / "ssvae"
    installed.mkdir()
    facts = git.code_facts(installed, committed / "room")
    assert (facts.role, facts.is_dirty) == ("project", False)
    assert facts.commit_full == run(committed, "rev-parse", "HEAD").strip()
    assert git.code_facts(committed, tmp_path).role == "ssvae"
    assert git.code_facts(installed, tmp_path).problem == git_facts(installed).problem


def test_a_hook_of_another_repository_does_not_mislead(committed, tmp_path, monkeypatch):
    expected = git_facts(committed)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert git_facts(committed) == expected


def test_a_folder_that_is_not_there(tmp_path):
    assert git_facts(tmp_path / "gone").problem == f"{tmp_path / 'gone'} is not a folder"
