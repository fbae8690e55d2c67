"""Runs of a clone, run again by `ssvae reproduce` after the clone has moved on. Slow: two whole runs each."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

PROGRAM = "from ssvae.cli.main import main; main()"

CHANGE = """

_before = learning_rate


def learning_rate(*words, **named):  # noqa: F811
    from ssvae.own_factor import FACTOR

    return _before(*words, **named) * FACTOR
"""
"""Behind schedules.py: every number of a run changes with the factor, which a module of its own holds."""


def git(folder, *words):
    settings = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True, timeout=60)


def copy_of(folder, target):
    return shutil.copytree(folder, target, ignore=shutil.ignore_patterns("__pycache__"))


def commit(folder, message):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


@pytest.fixture
def clone(tmp_path):
    """A small clone of this project, everything committed."""
    folder = tmp_path / "clone"
    for name in ("src", "conf"):
        copy_of(ROOT / name, folder / name)
    for name in ("train.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".gitignore").write_text("results/\n__pycache__/\n")
    git(folder, "init", "--quiet")
    commit(folder, "as it is")
    return folder


@pytest.fixture
def run_python(tmp_path):
    """`run_python(folder, code, *words)` → the finished process, started in `folder` with the code in `code`."""

    def run(folder: Path, code: Path, *words: str | Path) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=folder,
            env={
                **os.environ,
                "JAX_PLATFORMS": "cpu",
                "PYTHONPATH": str(code),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            timeout=600,
        )

    return run


@pytest.fixture
def train(clone, tiny, run_python):
    """Train in the clone; gives the run's folder."""

    def run() -> Path:
        finished = run_python(
            clone, clone / "src", "train.py", *tiny, "evaluation.plots=none", "hydra.run.dir=results/a"
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return clone / "results" / "a"

    return run


@pytest.fixture
def reproduce(clone, run_python):
    """`ssvae reproduce` with the clone's present code."""
    return lambda *words: run_python(clone, clone / "src", "-c", PROGRAM, "reproduce", *words)


def change_numbers(clone, factor=0.5):
    schedules = clone / "src/ssvae/training/schedules.py"
    if CHANGE not in schedules.read_text():
        schedules.write_text(schedules.read_text() + CHANGE)
    (clone / "src/ssvae/own_factor.py").write_text(f'"""Mine."""\n\nFACTOR = {factor}\n')


def is_exact(finished):
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.startswith("Reproduced bit for bit\nCode\n"), finished.stdout
    return True


def test_a_clean_tree(train, reproduce):
    run = train()
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    finished = reproduce(run)
    assert is_exact(finished)
    assert "metrics.csv: 2 epochs, bit for bit" in finished.stdout
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_a_tree_with_changes_and_a_module_that_git_does_not_know(clone, train, reproduce):
    change_numbers(clone)
    run = train()
    git(clone, "checkout", "--", ".")
    git(clone, "clean", "--force", "--quiet")
    assert not (clone / "src/ssvae/own_factor.py").exists()
    assert is_exact(reproduce(run))


def test_ten_commits_later(clone, train, reproduce):
    run = train()
    for number in range(10):
        change_numbers(clone, 0.9**number)
        commit(clone, f"better {number}")
    assert is_exact(reproduce(run))


def test_with_the_code_that_is_here_it_says_what_changed_and_where_it_shows(clone, train, reproduce):
    run = train()
    assert is_exact(reproduce(run, "--here"))
    change_numbers(clone)
    finished = reproduce(run, "--here", "--output", "results/again")
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert finished.stdout.startswith("Not reproduced: first difference in epoch 1 (")
    assert "≠ M src/ssvae/training/schedules.py" in finished.stdout
    assert "≠ A src/ssvae/own_factor.py" in finished.stdout
    assert (clone / "results/again/summary.json").is_file()


def test_a_run_of_an_installed_package_in_a_repository_of_somebody_else(tmp_path, tiny, run_python):
    """The package and the project both come back: the plugin of the record takes part, not the present one."""
    site, project = tmp_path / "site", tmp_path / "project"
    copy_of(ROOT / "src" / "ssvae", site / "ssvae")
    copy_of(ROOT / "conf", site / "ssvae" / "conf")
    project.mkdir()
    plugin = project / "my_parts.py"
    plugin.write_text(
        "import ssvae.training.schedules as schedules\n\nbefore = schedules.learning_rate\n"
        "schedules.learning_rate = lambda *words, **named: before(*words, **named) * 0.5\n"
    )
    (project / ".gitignore").write_text("results/\n__pycache__/\n")
    git(project, "init", "--quiet")
    commit(project, "mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSVAE_PLUGINS", "my_parts")
        words = (*tiny, "evaluation.plots=none", "hydra.run.dir=results/a")
        finished = run_python(project, site, "-c", PROGRAM, "train", *words)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        plugin.write_text(plugin.read_text().replace("0.5", "0.25"))
        assert is_exact(run_python(project, site, "-c", PROGRAM, "reproduce", "results/a"))


def test_code_that_is_not_the_runs_never_runs(clone, train, reproduce, tmp_path):
    """Python would go on looking, and find the present ssvae, which gives the same numbers."""
    run = train()
    other = tmp_path / "other"
    other.mkdir()
    (other / "README.md").write_text("nothing else")
    git(other, "init", "--quiet")
    commit(other, "mine")
    git(other, "branch", "snapshot")
    git(other, "bundle", "create", str(run / "provenance/source.bundle"), "snapshot")
    finished = reproduce(run)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert "does not hold the files of the run" in finished.stderr
    tree = subprocess.run(
        ["git", "rev-parse", "HEAD^{tree}"], cwd=other, capture_output=True, text=True, check=True
    ).stdout.strip()
    facts = run / "provenance/source.json"
    described = json.loads(facts.read_text())
    described["parts"][0]["tree"] = tree
    facts.write_text(json.dumps(described))
    finished = reproduce(run)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert "is not the code of a run" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_signal_ends_everything(clone, train, tmp_path):
    run = train()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    variables = {"TMPDIR": str(scratch), "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(clone / "src")}
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "reproduce", str(run)],
        cwd=clone,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        while started.poll() is None and not [*scratch.glob("ssvae-reproduced-*/run/config.yaml")]:
            time.sleep(0.05)
        started.send_signal(signal.SIGTERM)
        _, said = started.communicate(timeout=60)
    assert started.returncode == 143, said
    assert "Stopped by the signal SIGTERM: nothing was compared." in said
    assert not [*scratch.glob("ssvae-*")]
