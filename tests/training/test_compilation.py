"""The cache of compiled programs: on by default, off by one switch, filled and found again."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import jax, jax.numpy as jnp
from ssvae.training.compilation import use_compile_cache
print(use_compile_cache())
print(float(jax.jit(lambda x: jnp.sin(x) + 1)(2.0)))
"""


def run(**environment: str) -> list[str]:
    plain = {key: value for key, value in os.environ.items() if key not in environment}
    finished = subprocess.run(
        [sys.executable, "-c", CODE],
        env=plain | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return finished.stdout.splitlines()


def test_programs_are_kept_and_give_the_same_numbers(tmp_path):
    folder = tmp_path / "programs"
    first = run(SSVAE_COMPILE_CACHE=str(folder))
    kept = sorted(folder.iterdir())
    assert first[0] == str(folder)
    assert kept
    assert run(SSVAE_COMPILE_CACHE=str(folder)) == first
    assert sorted(folder.iterdir()) == kept  # found again, not compiled anew


def test_the_switch_keeps_nothing(tmp_path):
    assert run(SSVAE_COMPILE_CACHE="off", XDG_CACHE_HOME=str(tmp_path))[0] == "None"
    assert list(tmp_path.iterdir()) == []


def test_the_users_cache_is_the_default(tmp_path):
    folder = run(SSVAE_COMPILE_CACHE="", XDG_CACHE_HOME=str(tmp_path))[0]
    assert Path(folder).is_relative_to(tmp_path) or sys.platform != "linux"
    assert any(Path(folder).iterdir())


def test_a_cache_set_up_for_jax_is_left_alone(tmp_path):
    mine = tmp_path / "mine"
    assert run(JAX_COMPILATION_CACHE_DIR=str(mine))[0] == str(mine)
