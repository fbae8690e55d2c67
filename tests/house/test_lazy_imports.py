"""Asking must be quick: what a person types is understood without JAX, matplotlib or scikit-learn."""

import subprocess
import sys

import pytest

HEAVY = ("jax", "flax", "optax", "matplotlib", "sklearn", "scipy")


@pytest.mark.parametrize(
    "module",
    [
        "ssvae",
        "ssvae.library.dataset",
        "ssvae.plugins",
        "ssvae.experiment",
        "ssvae.composition.app",
        "ssvae.cli.main",
        "ssvae.cli.why",
        "ssvae.runs.reporting.explanation",
        "ssvae.runs.reporting.report",
    ],
)
def test_importing_brings_nothing_heavy(module):
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert finished.stdout.strip() == "[]", finished.stdout + finished.stderr
