"""What the user's own Python and YAML add to ours, for the log of each run.

In: the places of a command. Out: one line for each plugin, for each recipe of ours that a plugin replaces, for each
file that is used instead of one of ours. Not here: importing plugins (plugins.py).
"""

from collections.abc import Iterator

from ssvae.composition.names import VARIANTS
from ssvae.composition.places import Places
from ssvae.plugins import plugin_notes

__all__ = ["notes"]

_BUILT_IN = {group: dict(table) for group, table in VARIANTS.items()}
"""The tables before a command's plugins: this room is imported before they are."""


def notes(places: Places) -> tuple[str, ...]:
    """What is not as it comes out of the box."""
    return (*plugin_notes(), *_replaced(), *places.notes())


def _replaced() -> Iterator[str]:
    for group, recipes in _BUILT_IN.items():
        for name, own in VARIANTS[group].items():
            if (built_in := recipes.get(name)) not in (None, own):
                yield f"{group}={name} is {own.__module__}.{own.__name__} instead of the built-in {built_in.__name__}."
