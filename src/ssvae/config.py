"""Recipes: frozen dataclasses that say what can be asked, with types, bounds and one-line docs.

A recipe stands beside the code it builds and imports no JAX, so that a mistake is told in a moment.
In: plain mappings (from YAML, from the command line). Out: recipes, or every problem found in one `ConfigError`.
Not here: Hydra, files, rules that combine several recipes (experiment.py has those).
"""

import ast
import dataclasses
import inspect
import math
import operator
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, TypeVar

from ssvae.errors import ConfigError, did_you_mean

__all__ = [
    "Recipe",
    "choice",
    "field_docs",
    "flatten",
    "mapping_from_recipe",
    "read_recipe",
    "setting",
    "untraced",
]

R = TypeVar("R", bound="Recipe")


def setting(
    default: Any = dataclasses.MISSING,
    *,
    at_least: int | float | None = None,
    above: int | float | None = None,
    at_most: int | float | None = None,
    below: int | float | None = None,
    one_of: tuple[str, ...] = (),
    traced: bool = False,
) -> Any:
    """A recipe's field: its default, its bounds, and whether changing it leaves the compiled program as it is.

    Args:
        default: Used when the setting is not given; without one the setting must be given.
        at_least: Smallest value, itself allowed; `above` is the bound itself excluded.
        above: See `at_least`.
        at_most: Largest value, itself allowed; `below` is the bound itself excluded.
        below: See `at_most`.
        one_of: The words allowed, for a text setting.
        traced: True when the value reaches the compiled program as an argument, so that runs which
            differ only in it share one compilation.
    """
    bounds = {"at least": at_least, "above": above, "at most": at_most, "below": below}
    metadata = {
        "bounds": {word: bound for word, bound in bounds.items() if bound is not None},
        "one_of": one_of,
        "traced": traced,
    }
    return dataclasses.field(default=default, metadata=metadata)


def choice(table: Mapping[str, type["Recipe"]], default: str) -> Any:
    """A field that holds one of the recipes of `table`, chosen by `name:` in its mapping."""
    return dataclasses.field(default_factory=lambda: table[default](), metadata={"choice": table})


@dataclasses.dataclass(frozen=True)
class Recipe:
    """The base of every recipe: checks each value when made, so that no recipe with a bad value exists.

    Raises:
        ConfigError: from the constructor, with every problem of this recipe.
    """

    variant: ClassVar[str] = ""
    """The word that chooses this recipe in its table, `name` in YAML; empty where there is no alternative."""

    def __post_init__(self) -> None:
        problems = []
        for field in dataclasses.fields(self):
            problems.extend(_value_problems(type(self), field, getattr(self, field.name), path=field.name))
        if problems:
            raise ConfigError(problems)


def read_recipe(recipe_class: type[R], mapping: Mapping[str, Any], path: str = "") -> R:
    """Build a recipe, and the recipes inside it, from a plain nested mapping.

    Args:
        recipe_class: The class to build.
        mapping: Setting → value; a nested recipe is a nested mapping, with `name` where there is a choice.
        path: The dotted path of `mapping`, named in messages.

    Raises:
        ConfigError: with every problem of the whole mapping: unknown settings, wrong types,
            values out of range, settings left unset.
    """
    recipe, problems = _read(recipe_class, mapping, path)
    if problems:
        raise ConfigError(problems)
    assert recipe is not None
    return recipe


def mapping_from_recipe(recipe: Recipe) -> dict[str, Any]:
    """The plain nested mapping that `read_recipe` turns back into an equal recipe."""
    mapping: dict[str, Any] = {"name": recipe.variant} if recipe.variant else {}
    for field in dataclasses.fields(recipe):
        value = getattr(recipe, field.name)
        if isinstance(value, Recipe):
            value = mapping_from_recipe(value)
        elif isinstance(value, tuple):
            value = list(value)
        mapping[field.name] = value
    return mapping


def untraced(recipe: R) -> R:
    """The recipe with every traced setting at its default: equal for runs that share a compiled program."""
    changes = {}
    for field in dataclasses.fields(recipe):
        value = getattr(recipe, field.name)
        if isinstance(value, Recipe):
            changes[field.name] = untraced(value)
        elif field.metadata.get("traced"):
            changes[field.name] = field.default
    return dataclasses.replace(recipe, **changes)


def flatten(mapping: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted key → leaf value, in order. An empty mapping is a leaf."""
    leaves: dict[str, Any] = {}
    for key, value in mapping.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            leaves.update(flatten(value, f"{path}."))
        else:
            leaves[path] = value
    return leaves


@cache
def field_docs(recipe_class: type[Recipe]) -> dict[str, str]:
    """Setting → the text written under it in the class body, those of base classes included."""
    docs: dict[str, str] = {}
    for base in reversed(recipe_class.__mro__):
        if not (isinstance(base, type) and issubclass(base, Recipe)):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        for statement, following in zip(body.body, body.body[1:], strict=False):
            if (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and isinstance(following, ast.Expr)
                and isinstance(following.value, ast.Constant)
            ):
                docs[statement.target.id] = " ".join(str(following.value.value).split())
    return docs


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
            if not _has_default(field):
                problems.append(_unset(f"{prefix}{name}"))
            continue
        value, found = _read_value(recipe_class, field, mapping[name], f"{prefix}{name}")
        problems.extend(found)
        values[name] = value
    return (None, problems) if problems else (recipe_class(**values), [])


def _read_value(
    owner: type[Recipe], field: dataclasses.Field, value: Any, path: str
) -> tuple[Any, list[str]]:
    table = field.metadata.get("choice")
    if table is not None:
        return _read_choice(table, value, path)
    kind = typing.get_type_hints(owner)[field.name]
    if isinstance(kind, type) and issubclass(kind, Recipe):
        return _read(kind, value, path)
    if isinstance(value, str) and value == "???":
        return None, [_unset(path)]
    if isinstance(value, list | tuple):
        value = tuple(value)
    if isinstance(value, str) and kind == tuple[str, ...]:
        value = (value,)  # evaluation.plots=none means [none]
    if isinstance(value, int) and not isinstance(value, bool) and float in _alternatives(kind):
        value = float(value)
    return value, _value_problems(owner, field, value, path)


def _read_choice(table: Mapping[str, type[Recipe]], value: Any, path: str) -> tuple[Any, list[str]]:
    """Choose the recipe class by `name`, then read the other settings with it."""
    known = ", ".join(sorted(table))
    if not isinstance(value, Mapping) or "name" not in value:
        return None, [f"{path} must be a group of settings with a name, got {value!r}. Known names: {known}."]
    name = value["name"]
    if name not in table:
        return None, [f"{path}.name={name!r} is not known.{did_you_mean(str(name), table)} Known: {known}."]
    return _read(table[name], {key: value[key] for key in value if key != "name"}, path)


def _unknown_settings(mapping: Mapping[str, Any], fields: Mapping[str, Any], path: str) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for key in mapping:
        if key not in fields:
            suggestion = did_you_mean(f"{prefix}{key}", [f"{prefix}{name}" for name in fields])
            known = ", ".join(sorted(fields)) or "no settings"
            yield f"{prefix}{key} is not a setting.{suggestion} {path or 'The top level'} has: {known}."


def _value_problems(owner: type[Recipe], field: dataclasses.Field, value: Any, path: str) -> list[str]:
    """What is wrong with one value: its type, else its range."""
    kind = typing.get_type_hints(owner)[field.name]
    if "choice" in field.metadata or (isinstance(kind, type) and issubclass(kind, Recipe)):
        return []
    hint = f" Try {path}={_typed(field.default)}." if _has_default(field) else ""
    if not any(_is_instance(value, option) for option in _alternatives(kind)):
        return [f"{path} must be {_kind_name(kind)}, got {value!r}.{hint}"]
    if isinstance(value, float) and not math.isfinite(value):
        return [f"{path} must be a finite number, got {value!r}.{hint}"]
    one_of = field.metadata.get("one_of", ())
    if one_of and value not in one_of:
        suggestion = did_you_mean(str(value), one_of)
        return [f"{path}={value!r} is not known.{suggestion} Known: {', '.join(one_of)}."]
    bounds = field.metadata.get("bounds", {})
    numbers = value if isinstance(value, tuple) else () if value is None else (value,)
    if any(not _COMPARISONS[word](number, bound) for number in numbers for word, bound in bounds.items()):
        expected = " and ".join(f"{word} {bound:g}" for word, bound in bounds.items())
        return [f"{path} must be {expected}, got {value!r}.{hint}"]
    return []


_COMPARISONS = {"at least": operator.ge, "above": operator.gt, "at most": operator.le, "below": operator.lt}


def _alternatives(kind: Any) -> tuple[Any, ...]:
    """`int | None` → (int, NoneType); any other annotation → itself alone."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return typing.get_args(kind)
    return (kind,)


def _is_instance(value: Any, kind: Any) -> bool:
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        return isinstance(value, tuple) and all(_is_instance(item, inner) for item in value)
    if kind in (int, float) and isinstance(value, bool):
        return False
    return isinstance(value, kind)


_PLURALS = {int: "whole numbers", str: "texts"}


def _kind_name(kind: Any) -> str:
    names = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a text",
        type(None): "null",
    }
    words = []
    for option in _alternatives(kind):
        inner = typing.get_args(option)
        words.append(f"a list of {_PLURALS[inner[0]]}" if inner else names[option])
    return " or ".join(words)


def _has_default(field: dataclasses.Field) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _unset(path: str) -> str:
    return f"{path} is not set and has no default. Give it on the command line: {path}=VALUE."


def _typed(value: Any) -> str:
    """A default as one types it on the command line."""
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, tuple):
        return "[" + ",".join(map(str, value)) + "]"
    return str(value)
