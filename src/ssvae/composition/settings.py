"""Is `key=value` a setting this run has, and are all values together an experiment that can be run?

In: overrides that set values, the configuration they are for. Out: sentences; the experiment.
Not here: choices of groups (choices.py); what values are right (the recipes know).
"""

import shlex
from collections.abc import Iterable

from omegaconf import DictConfig, OmegaConf

from ssvae.composition.composing import Composed
from ssvae.composition.names import VARIANTS, unknown_key
from ssvae.composition.overrides import shown_value, written
from ssvae.composition.typed import Typed
from ssvae.errors import did_you_mean

__all__ = ["applied", "list_without_multirun", "override_problems", "unknown_to_hydra"]


def override_problems(typed: Typed, composed: Composed) -> list[str]:
    """Why this override cannot be applied to this configuration; empty when it can."""
    if typed.sign == "~":
        return [f"{typed.text}: a setting cannot be removed, only changed. Type {typed.key}=VALUE."]
    unknown = [key for key in typed.sets() if key not in composed.keys and not _is_inside(key, composed)]
    if unknown:
        return [_unknown(key, typed, composed) for key in unknown]
    if typed.key not in composed.keys and not isinstance(typed.value, dict):
        inside = [key for key in composed.keys if key.startswith(f"{typed.key}.")]
        names = ", ".join(key.removeprefix(f"{typed.key}.") for key in inside)
        return [
            f"{typed.key} is not one setting but several: {names}. Set one of them, as in {inside[0]}=VALUE."
        ]
    if typed.sign == "+":
        return [f"{typed.text}: {typed.key} exists already. Type {typed.key}={_shown(typed)}, without the +."]
    group, _, leaf = typed.key.rpartition(".")
    if leaf == "name" and group in VARIANTS and typed.value != composed.choices.get(group):
        return [
            f"{typed.text} chooses nothing. Type {group}={_shown(typed)}, which brings the settings with it."
        ]
    return []


def applied(composed: Composed, settings: Iterable[Typed]) -> DictConfig:
    """A copy of our part of the configuration with the values set, later ones over earlier ones."""
    config = composed.task.copy()
    for typed in settings:
        OmegaConf.update(config, typed.key, typed.value, merge=True)
    return config


def list_without_multirun(typed: Typed, composed: Composed) -> str:
    """What to type instead of `key=a,b`: which of several ways there are depends on what the setting holds."""
    now = None if typed.group else OmegaConf.select(composed.task, typed.key)
    values = ",".join(typed.values())
    ways = ["Add -m to run each of them"]
    if OmegaConf.is_list(now):
        ways.append(f"type {shlex.quote(f'{typed.key}=[{values}]')} for one list")
    elif isinstance(now, str):
        ways.append(f"type {shlex.quote(written(typed.key, _shown(typed)))} for one text")
    return f"{typed.text} names several values. {', or '.join(ways)}."


def unknown_to_hydra(overrides: Iterable[Typed], composed: Composed) -> dict[str, str]:
    """Of words about Hydra itself, such as `hydra.run.dir=…`, those Hydra does not know → what is wrong with them."""
    known = [f"hydra.{key}" for key in composed.hydra]
    problems = {}
    for one in overrides:
        if one.group or one.sign or any(key == one.key or key.startswith(f"{one.key}.") for key in known):
            continue
        problems[one.text] = f"{one.key} is not a setting of Hydra.{did_you_mean(one.key, known)}"
    return problems


def _is_inside(key: str, composed: Composed) -> bool:
    """Whether `key` is a mapping of settings, such as `model`."""
    return any(known.startswith(f"{key}.") for known in composed.keys)


def _unknown(key: str, typed: Typed, composed: Composed) -> str:
    choices = {
        group: str(option) for group, option in composed.choices.items() if not group.startswith("hydra/")
    }
    text = unknown_key(key, _shown(typed), composed.keys, choices)
    return f"{text} (Every setting exists already; a + adds none.)" if typed.sign else text


def _shown(typed: Typed) -> str:
    return shown_value(typed.parsed) if typed.parsed.input_line else str(typed.value)
