"""config.yaml: the header that says where a run came from, then every setting it ran with.

The settings are written once and never again; of the header, single fields may be completed later.
In: plain mappings. Out: the file, and its content read back. Not here: gathering the header (provenance.py).
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import write_bytes, write_text
from ssvae.runs.reading import read_inside
from ssvae.runs.yaml_text import SuspiciousYAML, dump_yaml, in_quotes, load_yaml, yaml_problem

__all__ = ["CONFIG_FILE", "HEADER_KEYS", "complete_header", "fill_header", "read_config", "write_config"]

CONFIG_FILE = "config.yaml"

HEADER_KEYS = (
    "name",
    "description",
    "tags",
    "status",
    "on_dirty_git",
    "run_id",
    "timestamp",
    "git_commit",
    "git_commit_full",
    "git_dirty",
    "source_id",
    "base_config",
    "choices",
    "cli_overrides",
    "resumed_from",
    "resumed_epoch",
    "config_changes",
    "sweep_id",
    "config_hash",
    "data_hash",
    "command",
    "versions",
    "device",
    "host",
)
"""The order of the header. A key that is not here comes after these."""

_MOST_BYTES = 2_000_000
"""A config has some ten thousand; without libyaml this many take half a minute."""

_BODY_START = re.compile(rb"^(?![\s#]|experiment:)", re.MULTILINE)


def write_config(run_dir: Path, header: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    """Write config.yaml.

    Args:
        run_dir: The run's folder.
        header: What is written under `experiment:`; every text in double quotes, so that grep finds it.
        body: The resolved settings. Its own `experiment`, if any, is left out: the header holds it.

    Raises:
        ProvenanceError: when a value is not plain.
        RunDirectoryError: when the file cannot be written.
    """
    settings = {key: value for key, value in body.items() if key != "experiment"}
    write_text(run_dir / CONFIG_FILE, _header_text(header) + (dump_yaml(settings) if settings else ""))


def read_config(run_dir: Path) -> dict[str, Any]:
    """The whole content: `experiment` and the settings.

    Raises:
        RunDirectoryError: when the file is absent or not what `write_config` writes.
    """
    return _parse(run_dir / CONFIG_FILE, _read(run_dir / CONFIG_FILE))


def complete_header(run_dir: Path, **fields: Any) -> None:
    """Set fields of the header, in one step; the settings below keep every byte.

    Raises:
        RunDirectoryError: when the file is absent, damaged or cannot be written.
    """
    _change_header(run_dir, lambda header: header | fields)


def fill_header(run_dir: Path, **fields: Any) -> None:
    """As `complete_header`, but a field that has a value keeps it.

    Raises:
        RunDirectoryError: as there.
    """
    _change_header(run_dir, lambda header: header | {key: header.get(key) or fields[key] for key in fields})


def _change_header(run_dir: Path, changed: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    path = run_dir / CONFIG_FILE
    content = _read(path)
    header = _parse(path, content)["experiment"]
    match = _BODY_START.search(content)
    body = content[match.start() :] if match else b""
    write_bytes(path, _header_text(changed(header)).encode() + body)


def _header_text(header: Mapping[str, Any]) -> str:
    known = [key for key in HEADER_KEYS if key in header]
    others = [key for key in header if key not in HEADER_KEYS]
    return dump_yaml({"experiment": {key: in_quotes(header[key]) for key in (*known, *others)}})


def _read(path: Path) -> bytes:
    try:
        return read_inside(path.parent, path.name, _MOST_BYTES)
    except OSError as error:
        raise RunDirectoryError(
            f"{path} cannot be read: {error.strerror}. A run folder always holds it; is {path.parent} one?"
        ) from error


def _parse(path: Path, content: bytes) -> dict[str, Any]:
    try:
        config = load_yaml(content.decode("utf-8"))
    except SuspiciousYAML as error:
        raise RunDirectoryError(f"{path} holds {error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunDirectoryError(
            f"{path} is not YAML any more: {yaml_problem(error)}. Undo the last edit of it."
        ) from error
    if not isinstance(config, dict) or not isinstance(config.get("experiment"), dict):
        raise RunDirectoryError(f"{path} does not begin with 'experiment:'. Undo the last edit of it.")
    return config
