"""Results that depend on the data alone, kept from run to run: one small file each in the user's cache.

In: a key, a value that JSON can hold. Out: the value, in any later run. Deleting the folder loses nothing but time.
Not here: what the results mean; whether one can be believed (its reader checks).
"""

import hashlib
import logging
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import write_text
from ssvae.runs.reading import read_inside
from ssvae.runs.strict_json import dumps, loads

__all__ = ["FileCache", "baseline_cache"]

_log = logging.getLogger(__name__)

_MOST_BYTES = 100_000
"""Of a file; a result is a handful of numbers."""


def baseline_cache() -> "FileCache":
    """Where the results of classical baselines are kept."""
    return FileCache(user_cache_path("ssvae", appauthor=False) / "baselines")


class FileCache(MutableMapping[str, Any]):
    """A mapping whose entries are files of a folder.

    A file that is damaged, or not of this cache, is an entry that is not there. A folder that cannot be written
    forgets, and says so in the log. Several processes may share it: an entry is written whole or not at all.
    """

    def __init__(self, folder: Path):
        """Remember the folder; it is made when the first entry is written."""
        self._folder = folder

    def __getitem__(self, key: str) -> Any:
        """The value of `key`.

        Raises:
            KeyError: when there is none that can be read.
        """
        found = self._read(self._name(key))
        if found is None or found["key"] != key:
            raise KeyError(key)
        return found["value"]

    def __setitem__(self, key: str, value: Any) -> None:
        """Keep the value where that is possible."""
        path = self._folder / self._name(key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_text(path, dumps({"key": key, "value": value}), is_durable=False)
        except (OSError, RunDirectoryError) as error:
            _log.info("A result could not be kept for later runs, which will compute it again: %s", error)

    def __delitem__(self, key: str) -> None:
        """Forget the value of `key`.

        Raises:
            KeyError: when there is none that can be read.
        """
        self[key]
        (self._folder / self._name(key)).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        """The keys of all files that can be read, in no particular order."""
        for path in self._folder.glob("*.json"):
            found = self._read(path.name)
            if found is not None and path.name == self._name(found["key"]):
                yield found["key"]

    def __len__(self) -> int:
        """How many files can be read."""
        return sum(1 for _ in self)

    def _name(self, key: str) -> str:
        """A file name whatever the key contains."""
        return f"{hashlib.sha256(key.encode()).hexdigest()}.json"

    def _read(self, name: str) -> dict[str, Any] | None:
        """The key and the value of a file, None unless it is one of ours."""
        try:
            found = loads(read_inside(self._folder, name, _MOST_BYTES).decode("utf-8"))
        except (OSError, ValueError, RunDirectoryError):
            return None
        if isinstance(found, dict) and found.keys() == {"key", "value"} and isinstance(found["key"], str):
            return found
        return None
