"""source.json read back. It may come from a stranger: every name in it is checked before it is used.

In: provenance/. Out: the parts, and what is not exactly as it was. Not here: unpacking (restore.py).
"""

import dataclasses
import json
import os
import re
import reprlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from ssvae.errors import ProvenanceError, RunDirectoryError
from ssvae.runs.reading import read_inside
from ssvae.runs.source.capture import FACTS_FILE

__all__ = ["Part", "Recorded", "is_safe_path", "read_recorded"]

_FORMAT = 1
_ROLES = ("ssvae", "project", "submodule", "extra")
_OUTER = ("ssvae", "project")
_KINDS = ("bundle", "archive")
_KEYS = {
    "role",
    "within",
    "path",
    "kind",
    "file",
    "folder",
    "root",
    "branch",
    "commit",
    "needs",
    "tree",
    "remotes",
}
_KEYS |= {"left_out"}
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_COMMIT = _TREE = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_PLAIN = re.compile(r"[^\0]*\Z")


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
    """Of a bundle, the git tree of the files as they lay; of the code's archive, the SHA-256 of its manifest."""
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
        ProvenanceError: when it is absent, damaged, of another format, or names what no run would.
    """
    file = provenance / FACTS_FILE
    facts = _content(file)
    _check(isinstance(facts, dict) and "format" in facts, "no format")
    if facts["format"] != _FORMAT:
        raise ProvenanceError(
            f"{file} has format {_shown(facts['format'])}, this version reads {_FORMAT}. Use the ssvae that wrote it."
        )
    _check(facts.keys() >= {"parts", "problems"}, "no parts or no problems")
    _check_kind(facts, "parts", list)
    parts = tuple(_part(provenance, part) for part in facts["parts"])
    problems = _texts(facts, "problems")
    _check_together(parts)
    return Recorded(parts, problems)


def _content(file: Path) -> Any:
    """Texts as they are: for source.json `NaN` is the name of a file, not a number."""
    if not os.path.lexists(file):
        raise ProvenanceError(
            f"{file} is not there: the code of this run was not captured. An older version kept its commit only."
        )
    try:
        return json.loads(read_inside(file.parent, file.name))
    except RecursionError:
        raise ProvenanceError(f"{file} cannot be read: it is nested too deeply.") from None
    except (OSError, ValueError) as error:
        raise ProvenanceError(f"{file} cannot be read: {error}") from error
    except RunDirectoryError as error:
        raise ProvenanceError(str(error)) from error


def _part(provenance: Path, facts: Any) -> Part:
    _check(
        isinstance(facts, dict) and facts.keys() >= _KEYS, f"a part without one of {', '.join(sorted(_KEYS))}"
    )
    role, within, path, kind, file = (facts[key] for key in ("role", "within", "path", "kind", "file"))
    is_inner = role == "submodule"
    _check(role in _ROLES, f"a role {_shown(role)}")
    _check(within in _OUTER if is_inner else within == role, f"a place {_shown(within)} for the role {role}")
    _check(kind == "bundle" if is_inner else kind in _KINDS, f"a kind {_shown(kind)}")
    _check(isinstance(file, str) and _FILE.match(file) is not None, f"a file {_shown(file)}")
    _check(is_safe_path(path) if is_inner else path is None, f"a path {_shown(path)}")
    _check(facts["folder"] == "." or is_safe_path(facts["folder"]), f"a folder {_shown(facts['folder'])}")
    for key in ("commit", "needs"):
        _check(_is_text(facts[key], _COMMIT), f"a commit {_shown(facts[key])}")
    _check(_is_text(facts["tree"], _TREE), f"a tree {_shown(facts['tree'])}")
    _check(facts["tree"] is not None or role == "extra", f"no tree for the role {role}")
    for key in ("root", "branch"):
        _check(_is_text(facts[key], _PLAIN), f"a {key} {_shown(facts[key])}")
    return Part(
        role=role,
        within=within,
        path=path,
        kind=kind,
        file=provenance / file,
        folder=facts["folder"],
        root=facts["root"],
        branch=facts["branch"],
        commit=facts["commit"],
        needs=facts["needs"],
        tree=facts["tree"],
        remotes=_texts(facts, "remotes"),
        left_out=tuple(_left_out(facts)),
    )


def _left_out(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    _check_kind(facts, "left_out", list)
    for item in facts["left_out"]:
        path, reason = (item.get("path"), item.get("reason")) if isinstance(item, dict) else (None, None)
        if not isinstance(path, str) or not isinstance(reason, str):
            raise _refusal(f"a file left out {_shown(item)}")
        yield path, reason


def _check_together(parts: tuple[Part, ...]) -> None:
    """What one part alone does not show: two in one place, or one that lies in nothing."""
    _check(any(part.role == "ssvae" for part in parts), "no part with the code of ssvae")
    places = [(part.within, part.path) for part in parts]
    for place in places:
        _check(places.count(place) == 1, f"two parts in {_shown(' '.join(filter(None, place)))}")
        _check((place[0], None) in places, f"a submodule in {place[0]}, which is not there")


def _texts(facts: dict[str, Any], key: str) -> tuple[str, ...]:
    _check_kind(facts, key, list)
    for text in facts[key]:
        _check(isinstance(text, str), f"{_shown(text)} among the {key}")
    return tuple(facts[key])


def _check_kind(facts: dict[str, Any], key: str, kind: type) -> None:
    _check(isinstance(facts[key], kind), f"{key} {_shown(facts[key])}")


def _is_text(value: object, form: re.Pattern[str]) -> bool:
    """Whether it is of this form, or null."""
    return value is None or (isinstance(value, str) and form.match(value) is not None)


def is_safe_path(path: object) -> bool:
    """Whether a path stays below the folder it is relative to, and outside git's own files."""
    if not isinstance(path, str) or not path or "\0" in path or "\\" in path:
        return False
    parts = path.split("/")
    is_plain = all(part not in ("", ".", "..") and part.lower() != ".git" for part in parts)
    return is_plain and not PurePosixPath(path).is_absolute()


def _shown(value: object) -> str:
    """Short, however long or deep the value of a stranger is."""
    return reprlib.repr(value)


def _check(is_right: bool, what: str) -> None:
    if not is_right:
        raise _refusal(what)


def _refusal(what: str) -> ProvenanceError:
    return ProvenanceError(
        f"source.json names {what}, which no run writes. The folder was changed by hand or comes from a stranger; "
        "nothing of it was unpacked."
    )
