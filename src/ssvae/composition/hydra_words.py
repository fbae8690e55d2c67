"""Words about Hydra itself, such as `hydra.run.dir=…`, that Hydra does not know.

In: overrides, Hydra's own configuration. Out: sentences. Not here: settings of ours (settings.py).
"""

from collections.abc import Iterable

from ssvae.composition.composing import Composed
from ssvae.composition.typed import Typed
from ssvae.errors import did_you_mean

__all__ = ["unknown_to_hydra"]


def unknown_to_hydra(overrides: Iterable[Typed], composed: Composed) -> dict[str, str]:
    """Word → what is wrong with it; words that Hydra knows are left out."""
    known = [f"hydra.{key}" for key in composed.hydra]
    problems = {}
    for one in overrides:
        if one.group or one.sign or any(key == one.key or key.startswith(f"{one.key}.") for key in known):
            continue
        problems[one.text] = f"{one.key} is not a setting of Hydra.{did_you_mean(one.key, known)}"
    return problems
