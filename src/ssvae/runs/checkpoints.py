"""Checkpoints: the arrays a run needs to go on, and the facts about them, never half written.

The arrays go into files of new names; then one small JSON, replaced in one step, says which files count. A kill before
that step leaves the checkpoints of before, a kill after it leaves the new ones: those saved together count together.
In: nested dicts of arrays, facts. Out: files in checkpoints/, and their content read back. Not here: when to save.
"""

import contextlib
import hashlib
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssvae.errors import CheckpointError, RunDirectoryError
from ssvae.runs.array_tree import from_table, to_table
from ssvae.runs.files import subfolder, write_bytes, write_text, writing
from ssvae.runs.reading import read_inside
from ssvae.runs.strict_json import dumps, read_json_mapping

__all__ = [
    "FOLDER",
    "INDEX",
    "discard_uncommitted",
    "load_checkpoint",
    "load_checkpoints",
    "save_checkpoints",
]

FOLDER = "checkpoints"

INDEX = "index.json"
"""Checkpoint → its file, the digest of it, facts, structure."""

_FORMAT = 2
"""Raised when the meaning of the index changes."""

_MOST_BYTES = 20_000_000_000
"""A larger file holds no model of ours."""

_TRIES = 5

_KINDS = {"file": str, "sha256": str, "facts": dict, "structure": list}

_FILE = re.compile(r"[a-z_]+-\d{6,}(-\d+)?\.safetensors")

_LEFT_OVER = re.compile(rf"{_FILE.pattern}|\.({_FILE.pattern}|{re.escape(INDEX)})\..*tmp")
"""What only this module writes: arrays, and the temporary files of killed writes."""


def save_checkpoints(
    run_dir: Path, checkpoints: Mapping[str, tuple[Mapping[Any, Any], Mapping[str, Any]]]
) -> None:
    """Write checkpoints in one step, each in place of the one of its name; those not named stay.

    Args:
        run_dir: The run's folder.
        checkpoints: Name (`last`, `best`: lower-case letters and underscores) → its arrays and its facts. Arrays are
            nested dicts, read back as NumPy arrays of the same bits; facts are what JSON can hold, NaN and infinities
            included, and must have `epoch`, a whole number.

    Raises:
        CheckpointError: when the content cannot be saved.
        RunDirectoryError: when the disk refuses; the checkpoints of before still load.
    """
    for name, (_, facts) in checkpoints.items():
        _check_words(name, facts)
    folder = subfolder(run_dir, FOLDER)
    records = _read_index(run_dir) if (folder / INDEX).exists() else {}
    for name, (arrays, facts) in checkpoints.items():
        records[name] = _write_arrays(folder, name, arrays, facts)
    write_text(folder / INDEX, dumps({"format": _FORMAT, "checkpoints": records}, indent=None))  # the commit
    _remove_others(folder, keep={record["file"] for record in records.values()})


def load_checkpoint(run_dir: Path, name: str) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The arrays and the facts of checkpoint `name`.

    Raises:
        CheckpointError: when it is absent or damaged.
    """
    return _load(run_dir, _read_index(run_dir), name)


def _load(
    run_dir: Path, records: Mapping[str, dict[str, Any]], name: str
) -> tuple[dict[Any, Any], dict[str, Any]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if name not in records:
        raise CheckpointError(f"{run_dir / FOLDER} has no checkpoint '{name}'. {_other(records, name)}")
    record, other = records[name], _other(records, name)
    path = run_dir / FOLDER / record["file"]
    try:
        content = read_inside(run_dir, f"{FOLDER}/{path.name}", most=_MOST_BYTES)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror or error}. {other}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != record["sha256"]:
        raise CheckpointError(
            f"{path} is damaged: its SHA-256 is {digest[:12]}…, {INDEX} says {record['sha256'][:12]}…. {other}"
        )
    try:
        table: dict[str, np.ndarray] = load(content)
        return from_table(table, record["structure"]), record["facts"]
    except (SafetensorError, CheckpointError, ValueError, TypeError, RecursionError) as error:
        raise CheckpointError(f"{path} does not fit {INDEX}: {error}. {other}") from error


def load_checkpoints(run_dir: Path) -> dict[str, tuple[dict[Any, Any], dict[str, Any]]]:
    """All checkpoints as they belong together, also while the run goes on and replaces them; empty when there is none.

    Raises:
        CheckpointError: when one is damaged.
    """
    folder = run_dir / FOLDER
    if not (folder / INDEX).exists():
        return {}
    for _ in range(_TRIES):
        before = _read_index(run_dir)
        try:
            return {name: _load(run_dir, before, name) for name in before}
        except CheckpointError:
            if _read_index(run_dir) == before:
                raise  # nobody has replaced anything meanwhile
    raise CheckpointError(f"{folder} changes faster than it can be read. Try again when the run is over.")


def discard_uncommitted(run_dir: Path) -> None:
    """Remove what a killed write has left, so that file names are those of a run that was never killed.

    Raises:
        CheckpointError: when the index is damaged.
    """
    folder = run_dir / FOLDER
    if folder.is_dir():
        records = _read_index(run_dir) if (folder / INDEX).exists() else {}
        _remove_others(folder, keep={record["file"] for record in records.values()})


def _check_words(name: str, facts: Mapping[str, Any]) -> None:
    if not re.fullmatch(r"[a-z_]+", name):
        raise CheckpointError(
            f"A checkpoint's name has lower-case letters and underscores, got {name!r}. Try 'last'."
        )
    if "epoch" not in facts:
        raise CheckpointError(
            f"The facts of checkpoint '{name}' must have 'epoch', got {', '.join(facts) or 'none'}."
        )


def _write_arrays(
    folder: Path, name: str, arrays: Mapping[Any, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Write one file of arrays; gives its record, which nothing refers to yet."""
    from safetensors.numpy import save

    table, structure = to_table(arrays)
    content = save(table)
    file = _new_file(folder, name, int(facts["epoch"]))
    write_bytes(file, content)
    digest = hashlib.sha256(content).hexdigest()
    return {"file": file.name, "sha256": digest, "facts": dict(facts), "structure": structure}


def _read_index(run_dir: Path) -> dict[str, dict[str, Any]]:
    """The records, checked: they may come from anywhere, and name files to be opened."""
    path = run_dir / FOLDER / INDEX
    if not path.exists():
        raise CheckpointError(f"{path} is not there: no checkpoint was saved. Train the run again.")
    try:
        index = read_json_mapping(path)
    except RunDirectoryError as error:
        raise CheckpointError(str(error)) from error
    if index.get("format") != _FORMAT:
        raise CheckpointError(
            f"{path} has format {index.get('format')}, this version reads {_FORMAT}. "
            "Use the version of ssvae that config.yaml names."
        )
    records = index.get("checkpoints")
    if not isinstance(records, dict) or not all(_is_record(record) for record in records.values()):
        raise CheckpointError(
            f"{path}: each of its checkpoints must have {', '.join(_KINDS)}. Undo the last edit of it."
        )
    for record in records.values():
        if not _FILE.fullmatch(record["file"]):
            raise CheckpointError(
                f"{path} names the file {record['file']!r}, which is outside checkpoints/. Do not trust it."
            )
    return records


def _is_record(record: Any) -> bool:
    return isinstance(record, dict) and all(isinstance(record.get(key), kind) for key, kind in _KINDS.items())


def _other(records: Mapping[str, Any], name: str) -> str:
    """What to use instead."""
    others = sorted(other for other in records if other != name)
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


def _remove_others(folder: Path, keep: set[str]) -> None:
    """Remove what no longer counts, left-overs of killed writes included; what cannot be removed only takes space.

    Raises:
        RunDirectoryError: when the folder is gone.
    """
    with writing(folder):
        found = list(folder.iterdir())
    for path in found:
        if path.name not in keep and _LEFT_OVER.fullmatch(path.name):
            with contextlib.suppress(OSError):
                path.unlink()
