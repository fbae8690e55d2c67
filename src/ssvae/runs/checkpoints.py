"""Checkpoints: the arrays a run needs to go on, and the facts about them, never half written.

The arrays go into a file of a new name; then one small JSON, replaced in one step, says which file counts. A kill
before that step leaves the checkpoint of before, a kill after it leaves the new one.
In: nested dicts of arrays, facts. Out: files in checkpoints/, and their content read back. Not here: when to save.
"""

import contextlib
import hashlib
import itertools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssvae.errors import CheckpointError
from ssvae.runs.array_tree import from_table, to_table
from ssvae.runs.files import write_bytes, write_text
from ssvae.runs.strict_json import decode, dumps

__all__ = ["FOLDER", "checkpoint_names", "load_checkpoint", "save_checkpoint"]

FOLDER = "checkpoints"

_FORMAT = 1
"""Raised when the meaning of the JSON changes."""


def save_checkpoint(run_dir: Path, name: str, arrays: Mapping[Any, Any], facts: Mapping[str, Any]) -> None:
    """Write the checkpoint `name`, in place of the one of that name.

    Args:
        run_dir: The run's folder.
        name: `last` or `best`: lower-case letters and underscores.
        arrays: Nested dicts of arrays; read back as NumPy arrays of the same bits.
        facts: What JSON can hold, NaN and infinities included; must have `epoch`, a whole number.

    Raises:
        CheckpointError: when the content cannot be saved.
        RunDirectoryError: when the disk refuses; the checkpoint of before still loads.
    """
    from safetensors.numpy import save

    if not re.fullmatch(r"[a-z_]+", name):
        raise CheckpointError(
            f"A checkpoint's name has lower-case letters and underscores, got {name!r}. Try 'last'."
        )
    if "epoch" not in facts:
        raise CheckpointError(
            f"The facts of checkpoint '{name}' must have 'epoch', got {', '.join(facts) or 'none'}."
        )
    folder = run_dir / FOLDER
    table, structure = to_table(arrays)
    content = save(table)
    file = _new_file(folder, name, int(facts["epoch"]))
    record = {
        "format": _FORMAT,
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "facts": facts,
        "structure": structure,
    }
    text = dumps(record, indent=None)
    write_bytes(file, content)
    write_text(folder / f"{name}.json", text)  # the commit
    _remove_others(folder, name, file)


def load_checkpoint(run_dir: Path, name: str) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The arrays and the facts of checkpoint `name`.

    Raises:
        CheckpointError: when it is absent or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    record = _read_record(run_dir, name)
    path = run_dir / FOLDER / record["file"]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}. {_other(run_dir, name)}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != record["sha256"]:
        raise CheckpointError(
            f"{path} is damaged: its SHA-256 is {digest[:12]}…, {name}.json says {record['sha256'][:12]}…. "
            + _other(run_dir, name)
        )
    try:
        table: dict[str, np.ndarray] = load(content)
        return from_table(table, record["structure"]), decode(record["facts"])
    except (SafetensorError, CheckpointError, ValueError, TypeError) as error:
        raise CheckpointError(f"{path} does not fit {name}.json: {error}. {_other(run_dir, name)}") from error


def checkpoint_names(run_dir: Path) -> list[str]:
    """The checkpoints there are, in alphabetical order."""
    return sorted(path.stem for path in (run_dir / FOLDER).glob("*.json"))


def _read_record(run_dir: Path, name: str) -> dict[str, Any]:
    """The JSON of the checkpoint, checked: it may come from anywhere, and names a file to be opened."""
    path = run_dir / FOLDER / f"{name}.json"
    if not path.is_file():
        raise CheckpointError(f"{path} is not there. {_other(run_dir, name)}")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}. {_other(run_dir, name)}") from error
    kinds = {"file": str, "sha256": str, "facts": dict, "structure": list}
    if not isinstance(record, dict) or any(
        not isinstance(record.get(key), kind) for key, kind in kinds.items()
    ):
        raise CheckpointError(f"{path} must have {', '.join(kinds)}. {_other(run_dir, name)}")
    if record.get("format") != _FORMAT:
        raise CheckpointError(
            f"{path} has format {record.get('format')}, this version reads {_FORMAT}. "
            "Use the version of ssvae that config.yaml names."
        )
    if not re.fullmatch(r"[\w-]+\.safetensors", record["file"]):
        raise CheckpointError(
            f"{path} names the file {record['file']!r}, which is outside checkpoints/. Do not trust it."
        )
    return record


def _other(run_dir: Path, name: str) -> str:
    """What to use instead."""
    others = [other for other in checkpoint_names(run_dir) if other != name]
    return (
        f"This run has also: {', '.join(others)}."
        if others
        else "This run has no other checkpoint; train it again."
    )


def _new_file(folder: Path, name: str, epoch: int) -> Path:
    """A file name that is not taken: the file that counts now must stay as it is until the commit."""
    stem = f"{name}-{epoch:06d}"
    candidates = itertools.chain([stem], (f"{stem}-{attempt}" for attempt in itertools.count(2)))
    return next(
        path for candidate in candidates if not (path := folder / f"{candidate}.safetensors").exists()
    )


def _remove_others(folder: Path, name: str, keep: Path) -> None:
    """Remove what no longer counts, left-overs of killed writes included; what cannot be removed only takes space."""
    pattern = re.compile(rf"\.?{name}-\d{{6,}}(-\d+)?\.safetensors(\.\d+\.tmp)?")
    for path in folder.iterdir():
        if path != keep and pattern.fullmatch(path.name):
            with contextlib.suppress(OSError):
                path.unlink()
