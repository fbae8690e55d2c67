"""Claiming a folder for a run: never one that another run has, however many start at once.

In: a parent folder and a name, or the path the user gave. Out: an empty folder that is ours.
Not here: what is written into it.
"""

import itertools
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path

from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.files import writing
from ssvae.runs.lifecycle.state import ENDED, lifecycle, peek_state

__all__ = ["claim_directory", "claim_exact", "claim_for_sweep", "make_folder", "shown_path", "slug"]


def slug(text: str, max_length: int = 60) -> str:
    """`text` as a part of a file name that needs no quoting in a shell: ASCII letters, digits, `.`, `_`, `-`.

    Accents are dropped, anything else becomes one underscore. Never empty, never hidden, never like an option.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_text)
    return words.lstrip("._-")[:max_length].rstrip("._-") or "run"


def shown_path(path: Path) -> str:
    """The path as people know it: from the current folder on when it lies inside, else whole."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):  # elsewhere, or the current folder was deleted
        return str(path)


def make_folder(path: Path) -> None:
    """The folder, and those it lies in; one that is there is left as it is.

    Raises:
        RunDirectoryError: when it cannot be made.
    """
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)


def claim_directory(parent: Path, name: str, now: datetime) -> Path:
    """Make a new folder `<slug>_<YYYYmmdd_HHMMSS>` in `parent`, or with `_2`, `_3` … when that is taken.

    The operating system makes a folder for exactly one of those who ask, so runs started in the same
    second get different ones.

    Raises:
        RunDirectoryError: when the folder cannot be made.
    """
    stem = f"{slug(name)}_{now:%Y%m%d_%H%M%S}"
    candidates = itertools.chain([stem], (f"{stem}_{attempt}" for attempt in itertools.count(2)))
    with writing(parent):
        parent.mkdir(parents=True, exist_ok=True)
        return next(parent / candidate for candidate in candidates if _made(parent / candidate))


def claim_exact(path: Path) -> Path:
    """Claim the folder the user named: it is made when absent, and taken when empty or when the run in it ended before
    it had begun, so that its command can be typed again.

    Raises:
        RunDirectoryError: when it holds anything, or cannot be made.
    """
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
        content = sorted(entry.name for entry in path.iterdir())
        # Of two runs that find the folder empty, one makes the logs folder that every run has.
        if (not content and _made(path / "logs")) or _never_began(path):
            return path
    holds = ", ".join(content[:3]) or "logs"
    raise RunDirectoryError(
        f"{path} is not empty (it holds {holds}), and a run never writes into another run's folder. "
        "Name a new folder, or leave hydra.run.dir out to get one."
    )


def _never_began(path: Path) -> bool:
    """Whether a run was stopped in here before it had written what it was to do. Of several that see it, one becomes
    the sole writer (lifecycle/lock.py).
    """
    return not (path / CONFIG_FILE).exists() and lifecycle(peek_state(path)) in ("lost", *ENDED)


def claim_for_sweep(path: Path) -> Path:
    """The folder the user named for a sweep: it is made when absent, and must be empty. Whoever begins becomes its sole
    writer (lock.py).

    Raises:
        RunDirectoryError: when it holds anything, or cannot be made.
    """
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
        content = sorted(entry.name for entry in path.iterdir())
    if content:
        raise RunDirectoryError(
            f"{path} is not empty (it holds {', '.join(content[:3])}), and a sweep never writes into another's folder. "
            "Name a new folder, or leave hydra.sweep.dir out to get one."
        )
    return path


def _made(path: Path) -> bool:
    """Make the folder; False when somebody else already has."""
    try:
        os.mkdir(path)
    except FileExistsError:
        return False
    return True
