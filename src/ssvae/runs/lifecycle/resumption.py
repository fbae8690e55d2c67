"""A run that is gone on with in its own folder: its record opened again, and what is different this time.

In: its folder. Out: state.json of a running run, its label as it was, a folder for the provenance of this stretch.
Not here: training (pipeline/), whether it may go on (origin.py).
"""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.runs.checkpoints import discard_uncommitted
from ssvae.runs.config_file import complete_header, read_config
from ssvae.runs.files import remove_leftovers, subfolder
from ssvae.runs.lifecycle.process import identity, present_time
from ssvae.runs.lifecycle.state import peek_state, write_state

__all__ = ["codes_of", "present_provenance", "reopen_run"]

PROVENANCE = "provenance"


def reopen_run(run_dir: Path, *, epoch: int, source_id: str | None, differences: Sequence[str]) -> str:
    """Say that the run goes on.

    Args:
        run_dir: The run's folder; this process is its sole writer.
        epoch: After which epoch.
        source_id: The code that goes on.
        differences: Half a sentence for each thing that is not as it was when the run began.

    Returns:
        The name of the folder in the run's for the provenance of this stretch.

    Raises:
        RunDirectoryError: when the disk refuses.
    """
    remove_leftovers(run_dir)
    discard_uncommitted(run_dir)
    before = peek_state(run_dir)
    folder = f"{PROVENANCE}/resume_{len(_stretches(run_dir)) + 1:02d}"
    subfolder(run_dir, folder)
    stretch = {
        "time": present_time(),
        "after_epoch": epoch,
        "host": identity()["host"],
        "source_id": source_id,
        "provenance": folder,
        "differences": list(differences),
    }
    write_state(run_dir, "running", phase="resuming", resumptions=[*before.get("resumptions", []), stretch])
    if (label := before.get("label_before")) and read_config(run_dir)["experiment"].get("status") == "failed":
        complete_header(run_dir, status=label)
    return folder


def codes_of(header: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[str, ...]:
    """The identities of the code that has trained a run, one after another; empty where none is known.

    Args:
        header: Of config.yaml: the code it began with.
        state: Of state.json: the code of each stretch since. One that began anew leaves nothing of those before.
    """
    codes = [header.get("source_id")]
    stretches = state.get("resumptions")
    for stretch in stretches if isinstance(stretches, list) else ():
        if isinstance(stretch, Mapping):
            code = stretch.get("source_id")
            codes = [code] if stretch.get("after_epoch") == 0 else [*codes, code]
    return tuple(code for code, _ in itertools.groupby(codes) if isinstance(code, str))


def present_provenance(run_dir: Path) -> Path:
    """Where this stretch of the run keeps its provenance: provenance/, or provenance/resume_01 after the first stop."""
    stretches = _stretches(run_dir)
    return stretches[-1] if stretches else subfolder(run_dir, PROVENANCE)


def _stretches(run_dir: Path) -> list[Path]:
    return sorted((run_dir / PROVENANCE).glob("resume_*"))
