"""Where Hydra looks for YAML: the user's own folders first, then ours. The first file of a name is the one used.

Hydra puts `--config-dir` last, so that a user's file with a name of ours is ignored without a word; here it wins.
In: folders. Out: Hydra's search path in the right order. Not here: which folders (places.py).
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.plugins import Plugins
from hydra.plugins.search_path_plugin import SearchPathPlugin

__all__ = ["UserFolders", "searching"]

_folders: list[Path] = []


class UserFolders(SearchPathPlugin):
    """Puts the folders of `searching` in front. Made known to Hydra in this process only, never installed."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Called by Hydra whenever it starts."""
        for folder in reversed(_folders):
            search_path.prepend(provider="user", path=f"file://{folder.absolute()}")


@contextlib.contextmanager
def searching(folders: Sequence[Path]) -> Iterator[None]:
    """While inside, whatever Hydra composes looks into `folders` first."""
    Plugins.instance().register(UserFolders)
    _folders[:] = folders
    try:
        yield
    finally:
        _folders.clear()
