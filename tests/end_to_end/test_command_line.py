"""What a command costs before anything runs, each in a process of its own; and that it works from any folder."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]

PROBE = """
import resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as left:
    code = left.code or 0
heavy = [name for name in ("jax", "flax", "optax", "matplotlib", "sklearn", "hydra") if name in sys.modules]
used = resource.getrusage(resource.RUSAGE_SELF)
sys.stdout.flush()
sys.stderr.flush()
open("probe.txt", "w").write(repr((code, heavy, used.ru_utime + used.ru_stime)))
"""


@pytest.fixture
def probe(tmp_path):
    """`probe("--help")` → exit code, heavy modules imported, seconds of CPU, standard output, standard error."""

    def run(*words: str, program: Path = ROOT / "train.py") -> tuple[int, list[str], float, str, str]:
        finished = subprocess.run(
            [sys.executable, "-c", PROBE, str(program), *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        code, heavy, seconds = ast.literal_eval((tmp_path / "probe.txt").read_text())
        (tmp_path / "probe.txt").unlink()
        return code, heavy, seconds, finished.stdout, finished.stderr

    return run


def test_help_comes_at_once(probe):
    code, heavy, seconds, out, err = probe("--help")
    assert (code, heavy, err) == (0, [], "")
    assert "Groups and their options" in out
    assert seconds < 1  # a tenth of it on an idle machine


def test_mistakes_are_told_in_a_moment_and_nothing_is_created(probe, tmp_path):
    code, heavy, seconds, out, err = probe("prior=mixtre", "model.kl_wieght=2", "data.num_labeled=-1")
    assert (code, heavy, out) == (2, ["hydra"], "")
    assert err.count("•") == 3
    assert err.count("Did you mean") == 2
    assert "Traceback" not in err
    assert seconds < 3  # half a second on an idle machine
    assert os.listdir(tmp_path) == []


def test_the_configuration_is_shown_without_jax(probe, tmp_path):
    code, heavy, _, out, err = probe("model=standard", "--cfg", "job")
    assert (code, heavy, err) == (0, ["hydra"], "")
    assert yaml.safe_load(out)["prior"] == {"name": "standard"}
    assert os.listdir(tmp_path) == []


def test_checking_needs_no_jax_either(probe, tmp_path):
    script = tmp_path / "check.py"
    script.write_text("from ssvae.cli.main import main\nmain()\n")
    code, heavy, _, out, err = probe("check", "model=standard", program=script)
    script.unlink()
    assert (code, heavy, err) == (0, ["hydra"], "")
    assert yaml.safe_load(out)["classifier"]["name"] == "head"
    assert os.listdir(tmp_path) == []


@pytest.mark.slow
def test_train_py_finds_its_own_conf_from_any_folder(train_py, only_run):
    finished = train_py("debug=default", "data=synthetic", "--tag", "elsewhere")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    header = yaml.safe_load((only_run() / "config.yaml").read_text())["experiment"]
    assert header["tags"] == ["debug", "elsewhere"]
    assert header["choices"]["debug"] == "default"
    assert header["command"] == f"python {ROOT / 'train.py'} debug=default data=synthetic --tag elsewhere"
    assert header["device"] == "cpu"
    assert "batch 1/" in (only_run() / "logs" / "train.log").read_text()
