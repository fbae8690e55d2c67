"""The exact source of a run: captured without touching anything of the user's, and put back somewhere else.

`capture_source` → `Source` → `write_source`; later `restore_source` and `source_changes` on what was written.
"""

from ssvae.runs.source.capture import FACTS_FILE, Source, capture_source, write_source
from ssvae.runs.source.changes import source_changes
from ssvae.runs.source.restore import Restored, restore_source

__all__ = [
    "FACTS_FILE",
    "Restored",
    "Source",
    "capture_source",
    "restore_source",
    "source_changes",
    "write_source",
]
