"""Where data sets that are not shipped are looked for.

In: a data set's name, `data.root`. Out: folders in order of preference. Not here: what has to be in them.
"""

import os
from pathlib import Path

from platformdirs import user_cache_path

__all__ = ["data_folders"]


def data_folders(name: str, root: str | None) -> tuple[Path, ...]:
    """Where to look for data set `name`: `root` alone when given, else the usual places, the first one first.

    The usual places are $SSVAE_DATA_DIR/name and $SSVAE_DATA_DIR, when that variable is set, then the folder
    `name` of the user's cache.
    """
    if root is not None:
        return (Path(root).expanduser(),)
    cache = user_cache_path("ssvae", appauthor=False) / name
    shared = os.environ.get("SSVAE_DATA_DIR")
    if not shared:
        return (cache,)
    return Path(shared).expanduser() / name, Path(shared).expanduser(), cache
