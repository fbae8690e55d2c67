"""What the command asks of this machine: data that is there, code that is committed.

In: configurations. Out: sentences. Not here: what the command asks of itself (guard.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ssvae.config import read_recipe
from ssvae.data.recipes import DATASETS
from ssvae.errors import ConfigError

__all__ = ["absent_data", "refused_code"]


def absent_data(configurations: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One sentence for each data set that cannot be read here; what is wrong with its settings is not repeated."""
    seen = []
    for configuration in configurations:
        settings = dict(configuration.get("data") or {})
        if settings in seen:
            continue
        seen.append(dict(settings))
        name = settings.pop("name", None)
        try:
            recipe = read_recipe(DATASETS[name], settings, "data") if name in DATASETS else None
        except ConfigError:
            continue
        if recipe is not None and (absence := recipe.absence()) is not None:
            yield absence


def refused_code(configurations: Iterable[Mapping[str, Any]], code_folder: Path) -> str | None:
    """Why the state of the code forbids this run, when experiment.on_dirty_git=refuse asks to look.

    Where the code is in no repository, as when it is installed, the project's counts: that of the present folder.
    """
    records = (configuration.get("experiment") or {} for configuration in configurations)
    if not any(record.get("on_dirty_git") == "refuse" for record in records):
        return None
    from ssvae.runs.git import code_facts

    facts = code_facts(code_folder, Path.cwd())
    if not facts.is_dirty:
        return None
    whose = "the code" if facts.role == "ssvae" else "the project that ssvae is used from"
    against = f"differs from commit {facts.commit}" if facts.commit else "has no commit yet"
    return (
        f"experiment.on_dirty_git=refuse: {whose} {against}. "
        "Commit the changes, or set experiment.on_dirty_git=warn."
    )
