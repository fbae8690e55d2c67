"""The folders this process has claimed and not yet closed: no run of ours says that it is running when it is not.

Signals come at any time, and Hydra has errors too; a run that got as far as its own wrapper closes itself (session.py).
In: folders. Out: closed records. Not here: what the last words are (runs/ending.py).
"""

import contextlib
from pathlib import Path

from ssvae.errors import SSVAEError
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.lifecycle.state import ENDED, is_mine, peek_state
from ssvae.stopping import stop_signals

__all__ = ["close_open_runs", "opened"]

_open: set[Path] = set()


def opened(run_dir: Path) -> None:
    """A folder is ours from now on."""
    _open.add(run_dir.absolute())


def close_open_runs(error: BaseException, run_dir: Path | None = None) -> None:
    """Write down the end of the runs that have not done so themselves.

    Args:
        error: What ended them.
        run_dir: Of this run only; None for all.
    """
    folders = set(_open) if run_dir is None else {run_dir.absolute()}
    with stop_signals() as stop, stop.deaf():
        for folder in folders:
            state = peek_state(folder)
            if state.get("status") not in ENDED and is_mine(state):
                with contextlib.suppress(SSVAEError):
                    finish_run(folder, error)
    _open.difference_update(folders)
