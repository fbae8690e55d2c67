"""How the code of a run differs from the present code.

In: provenance/ of a run, and a `Source`. Out: lines such as `M src/x.py`. Not here: who asks.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from ssvae.runs.scratch import scratch_folder
from ssvae.runs.source.capture import Source, write_source
from ssvae.runs.source.recorded import read_recorded
from ssvae.runs.source.restore import restore_source

__all__ = ["source_changes"]


def source_changes(provenance: Path, now: Source, repositories: Sequence[Path] = ()) -> tuple[str, ...]:
    """The paths that differ: `M` changed, `A` there only now, `D` there only then.

    Where one was captured from a repository and the other as an installed package, only the package is compared.

    Args:
        provenance: The run's provenance/.
        now: The present code.
        repositories: As for `restore_source`.

    Raises:
        ProvenanceError: when one of them cannot be restored.
        RunDirectoryError: when there is no place for temporary files.
    """
    recorded = {(part.within, part.path): part.tree for part in read_recorded(provenance).parts}
    present = {(part["within"], part["path"]): part["tree"] for part in now.facts["parts"]}
    if recorded == present and None not in recorded.values():
        return ()
    with scratch_folder("ssvae-source") as place:
        scratch = place.path
        (scratch / "now").mkdir()
        write_source(scratch / "now", now)
        before, after = scratch / "before", scratch / "after"
        old = restore_source(provenance, before, repositories)
        new = restore_source(scratch / "now", after, repositories)
        if _kind(old.code) != _kind(new.code):
            return _differences(_package(old.code), _package(new.code))
        return tuple(line.replace(" code/", " ", 1) for line in _differences(before, after))


def _kind(code: Path) -> bool:
    """Whether it is an installed package, without anything around it."""
    return (code / "ssvae" / "__init__.py").is_file()


def _package(code: Path) -> Path:
    places = (code / "ssvae", code / "src" / "ssvae")
    return next((place for place in places if place.is_dir()), code)


def _differences(before: Path, after: Path) -> tuple[str, ...]:
    old, new = _files(before), _files(after)
    letters = {
        **{path: "M" for path in old.keys() & new.keys() if not _is_same(old[path], new[path])},
        **dict.fromkeys(new.keys() - old.keys(), "A"),
        **dict.fromkeys(old.keys() - new.keys(), "D"),
    }
    return tuple(f"{letter} {path}" for path, letter in sorted(letters.items()))


def _files(folder: Path) -> dict[str, Path]:
    found = {}
    for above, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(above, name))]
        folders[:] = [name for name in folders if name != ".git" and name not in links]
        for name in (*names, *links):
            path = Path(above, name)
            found[path.relative_to(folder).as_posix()] = path
    return found


def _is_same(one: Path, other: Path) -> bool:
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and os.readlink(one) == os.readlink(other)
    is_alike = (one.stat().st_mode ^ other.stat().st_mode) & 0o100 == 0
    return is_alike and one.read_bytes() == other.read_bytes()
