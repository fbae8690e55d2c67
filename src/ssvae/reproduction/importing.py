"""Which ssvae a process would import: Python goes on looking where the code it was given has none.

In: a command, a folder, variables. Out: nothing, or an error. Not here: running it (rerun.py).
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ssvae.errors import ProvenanceError

__all__ = ["check_import"]

_ASK = """
import importlib.util, os, sys
if sys.argv[1] and not sys.flags.safe_path:
    sys.path[0] = sys.argv[1]
found = importlib.util.find_spec("ssvae")
sys.stdout.buffer.write(b"\\n" + os.fsencode((found and found.origin) or "nowhere"))
"""
"""A program finds the modules beside it first. Nothing of ssvae is executed by asking."""

_TIMEOUT = 60.0  # seconds; a cold network disk takes a few


def check_import(command: Sequence[str], folder: Path, variables: Mapping[str, str], package: Path) -> None:
    """Ask the interpreter, started as the command would be.

    Args:
        command: Interpreter, then a program or `-c`.
        folder: Where it is started.
        variables: Its whole environment.
        package: The folder that ssvae must come from.

    Raises:
        ProvenanceError: when it would come from elsewhere.
    """
    beside = "" if command[1] == "-c" else str(Path(command[1]).parent)
    try:
        asked = subprocess.run(
            [command[0], "-c", _ASK, beside],
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProvenanceError(f"{command[0]} cannot be started to run the code: {error}") from error
    origin = Path(os.fsdecode(asked.stdout.rpartition(b"\n")[2]))
    if (folder / origin).resolve() != (package / "__init__.py").resolve():
        raise ProvenanceError(
            f"The new run would import ssvae from {origin}, and must import it from {package}; nothing was run. "
            "Look for another ssvae in the folder where you are, and in PYTHONPATH."
        )
