"""From a plain nested mapping to a recipe, or to every problem found on the way.

In: mappings from YAML or the command line. Out: recipes, or one `ConfigError`. Not here: Hydra, files.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from ssvae.config.checking import alternatives, has_default, kinds, unset, value_problems
from ssvae.config.recipe import MisfitError, Recipe
from ssvae.errors import ConfigError, did_you_mean

__all__ = ["read_recipe"]

R = TypeVar("R", bound=Recipe)


def read_recipe(recipe_class: type[R], mapping: Mapping[str, Any], path: str = "") -> R:
    """Build a recipe, and the recipes inside it, from a plain nested mapping.

    Args:
        recipe_class: The class to build.
        mapping: Setting → value; a nested recipe is a nested mapping, with `name` where there is a choice.
        path: The dotted path of `mapping`, named in messages.

    Raises:
        ConfigError: with every problem of the whole mapping: unknown settings, wrong types,
            values out of range, settings left unset, settings of one recipe that do not fit together.
    """
    recipe, problems = _read(recipe_class, mapping, path)
    if problems:
        raise ConfigError(problems)
    assert recipe is not None
    return recipe


def _read(recipe_class: type[R], mapping: Any, path: str) -> tuple[R | None, list[str]]:
    """The recipe, or None and the problems that stand in its way."""
    if not isinstance(mapping, Mapping):
        return None, [f"{path or 'the configuration'} must be a group of settings, got {mapping!r}."]
    prefix = f"{path}." if path else ""
    fields = {field.name: field for field in dataclasses.fields(recipe_class)}
    problems = list(_unknown_settings(mapping, fields, path))
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in mapping:
            if not has_default(field):
                problems.append(unset(f"{prefix}{name}"))
            continue
        value, found = _read_value(recipe_class, field, mapping[name], f"{prefix}{name}")
        problems.extend(found)
        values[name] = value
    if problems:
        return None, problems
    try:
        return recipe_class(**values), []
    except MisfitError as misfit:
        return None, [*misfit.recipe.problems(prefix)]


def _read_value(
    owner: type[Recipe], field: dataclasses.Field, value: Any, path: str
) -> tuple[Any, list[str]]:
    table = field.metadata.get("choice")
    if table is not None:
        return _read_choice(table, value, path)
    kind = kinds(owner)[field.name]
    if isinstance(kind, type) and issubclass(kind, Recipe):
        return _read(kind, value, path)
    if isinstance(value, str) and value == "???":
        return None, [unset(path)]
    value = _meant(value, kind)
    return value, value_problems(owner, field, value, path)


def _meant(value: Any, kind: Any) -> Any:
    """What a person means by a value that YAML reads as another type; anything else as it is."""
    if kind == tuple[str, ...]:
        words = value if isinstance(value, list | tuple) else (value,)  # evaluation.plots=none means [none]
        return tuple(_meant(word, str) for word in words)
    if isinstance(value, list | tuple):
        return tuple(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and kind is str:
        return str(value)  # experiment.name=2024
    if is_number and float in alternatives(kind):
        return float(value)
    return value


def _read_choice(table: Mapping[str, type[Recipe]], value: Any, path: str) -> tuple[Any, list[str]]:
    """Choose the recipe class by `name`, then read the other settings with it."""
    known = ", ".join(sorted(table))
    if not isinstance(value, Mapping) or "name" not in value:
        return None, [f"{path} must be a group of settings with a name, got {value!r}. Known names: {known}."]
    name = value["name"]
    if not isinstance(name, str) or name not in table:
        return None, [f"{path}.name={name!r} is not known.{did_you_mean(str(name), table)} Known: {known}."]
    return _read(table[name], {key: value[key] for key in value if key != "name"}, path)


def _unknown_settings(mapping: Mapping[str, Any], fields: Mapping[str, Any], path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for key in mapping:
        if key not in fields:
            suggestion = did_you_mean(f"{prefix}{key}", [f"{prefix}{name}" for name in fields])
            known = ", ".join(sorted(fields)) or "no settings"
            yield f"{prefix}{key} is not a setting.{suggestion} {path or 'The top level'} has: {known}."
