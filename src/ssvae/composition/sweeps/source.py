"""The code of a sweep: one identity for all its jobs, whatever is edited while they run.

In: an invocation. Out: `Source`; a sentence when the disk has other code by now. Not here: capturing (runs/source/).
"""

from pathlib import Path

from ssvae.composition.invocation import Invocation
from ssvae.runs.source import Source, capture_source

__all__ = ["source_changed", "source_of"]


def source_of(invocation: Invocation) -> Source:
    """The code as this process found it when it first asked; its jobs ask in the same way and get the same."""
    return capture_source(*_places(invocation))


def source_changed(invocation: Invocation) -> str | None:
    """What happened to the code on the disk since; None when nothing did."""
    if capture_source.__wrapped__(*_places(invocation)).id == source_of(invocation).id:
        return None
    return "The code on the disk was edited while the sweep ran; its jobs ran the code of its beginning."


def _places(invocation: Invocation) -> tuple[Path, Path, tuple[Path, ...]]:
    return Path(invocation.code_folder), Path.cwd(), tuple(Path(extra) for extra in invocation.extras)
