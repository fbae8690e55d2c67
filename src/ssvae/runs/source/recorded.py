"""source.json read back. It may come from a stranger: every name in it is checked before it is used.

In: provenance/. Out: the parts, and what is not exactly as it was. Not here: unpacking (restore.py).
"""

import dataclasses
import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

from ssvae.errors import ProvenanceError
from ssvae.runs.source.capture import FACTS_FILE

__all__ = ["Part", "Recorded", "is_safe_path", "read_recorded"]

_FORMAT = 1
_ROLES = ("ssvae", "project", "submodule", "extra")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


@dataclasses.dataclass(frozen=True)
class Part:
    """One repository or archive; all names are safe to use."""

    role: str
    within: str
    """Of a submodule, what it lies in: ssvae or project."""
    path: str | None
    """Of a submodule, where in it."""
    kind: str
    file: Path
    """The bundle or the archive."""
    folder: str
    """Where in the repository the command or the code was."""
    root: str | None
    branch: str | None
    commit: str | None
    needs: str | None
    tree: str | None
    remotes: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    """Path and reason."""


@dataclasses.dataclass(frozen=True)
class Recorded:
    """What source.json says."""

    parts: tuple[Part, ...]
    problems: tuple[str, ...]


def read_recorded(provenance: Path) -> Recorded:
    """Read source.json.

    Raises:
        ProvenanceError: when it is absent, damaged, of another format, or names what lies elsewhere.
    """
    file = provenance / FACTS_FILE
    try:
        facts = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise ProvenanceError(
            f"{file} is not there: the code of this run was not captured. An older version kept its commit only."
        ) from None
    except (OSError, ValueError) as error:
        raise ProvenanceError(f"{file} cannot be read: {error}") from error
    try:
        if facts["format"] != _FORMAT:
            raise ProvenanceError(
                f"{file} has format {facts['format']!r}, this version reads {_FORMAT}. Use the ssvae that wrote it."
            )
        parts = tuple(_part(provenance, part) for part in facts["parts"])
        return Recorded(parts, tuple(str(problem) for problem in facts["problems"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ProvenanceError(f"{file} is damaged: {type(error).__name__}: {error}") from error


def _part(provenance: Path, facts: dict[str, Any]) -> Part:
    role, within, kind, file = (facts[key] for key in ("role", "within", "kind", "file"))
    _check(
        role in _ROLES and within in _ROLES and kind in ("bundle", "archive"), f"a part {role!r}, {kind!r}"
    )
    _check(isinstance(file, str) and _FILE.match(file) is not None, f"a file {file!r}")
    for key in ("commit", "needs"):
        _check(facts[key] is None or _COMMIT.match(facts[key]) is not None, f"a commit {facts[key]!r}")
    if role == "submodule" or facts["path"] is not None:
        _check(is_safe_path(facts["path"]), f"a path {facts['path']!r}")
    _check(facts["folder"] == "." or is_safe_path(facts["folder"]), f"a folder {facts['folder']!r}")
    return Part(
        role=role,
        within=within,
        path=facts["path"],
        kind=kind,
        file=provenance / file,
        folder=facts["folder"],
        root=facts["root"],
        branch=facts["branch"],
        commit=facts["commit"],
        needs=facts["needs"],
        tree=facts["tree"],
        remotes=tuple(str(remote) for remote in facts["remotes"]),
        left_out=tuple((str(item["path"]), str(item["reason"])) for item in facts["left_out"]),
    )


def is_safe_path(path: object) -> bool:
    """Whether a path stays below the folder it is relative to, and outside git's own files."""
    if not isinstance(path, str) or not path or "\0" in path or "\\" in path:
        return False
    parts = path.split("/")
    is_plain = all(part not in ("", ".", "..") and part.lower() != ".git" for part in parts)
    return is_plain and not PurePosixPath(path).is_absolute()


def _check(is_right: bool, what: str) -> None:
    if not is_right:
        raise ProvenanceError(
            f"source.json names {what}, which no run writes. The folder was changed by hand or comes from a stranger; "
            "nothing of it was unpacked."
        )
