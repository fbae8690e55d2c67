"""Recording a run, and reading what was recorded, must not cost the import of JAX."""

import pkgutil
import subprocess
import sys

import ssvae.runs


def test_the_room_imports_no_jax_no_matplotlib_no_hydra():
    names = [f"ssvae.runs.{module.name}" for module in pkgutil.iter_modules(ssvae.runs.__path__)]
    assert "ssvae.runs.recorder" in names
    code = (
        f"import sys, {', '.join(names)}\n"
        "heavy = ('jax', 'flax', 'optax', 'matplotlib', 'sklearn', 'hydra', 'omegaconf', 'rich')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
