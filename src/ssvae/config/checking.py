"""What is wrong with one value of one setting: its type, else its range.

In: a dataclass field made by `setting`, a value, its dotted path. Out: sentences. Not here: whole recipes.
"""

import dataclasses
import functools
import math
import operator
import types
import typing
from typing import Any

from ssvae.errors import did_you_mean

__all__ = ["alternatives", "has_default", "kinds", "unset", "value_problems"]


@functools.cache
def kinds(owner: type) -> dict[str, Any]:
    """The type of each field of a dataclass; looked up once, for a sweep asks thousands of times."""
    return typing.get_type_hints(owner)


def value_problems(owner: type, field: dataclasses.Field, value: Any, path: str) -> list[str]:
    """What is wrong with one value: its type, else its range."""
    kind = kinds(owner)[field.name]
    if "choice" in field.metadata or dataclasses.is_dataclass(kind):
        return []  # a recipe has checked itself
    hint = f" Try {path}={_typed(field.default)}." if has_default(field) else ""
    if not any(_is_instance(value, option) for option in alternatives(kind)):
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
        expected = " and ".join(f"{word} {bound}" for word, bound in bounds.items())
        return [f"{path} must be {expected}, got {value!r}.{hint}"]
    return []


_COMPARISONS = {"at least": operator.ge, "above": operator.gt, "at most": operator.le, "below": operator.lt}


def alternatives(kind: Any) -> tuple[Any, ...]:
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
    for option in alternatives(kind):
        inner = typing.get_args(option)
        words.append(f"a list of {_PLURALS[inner[0]]}" if inner else names[option])
    return " or ".join(words)


def has_default(field: dataclasses.Field) -> bool:
    """Whether the setting may be left out."""
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def unset(path: str) -> str:
    """The sentence for a setting that may not."""
    return f"{path} is not set and has no default. Give it on the command line: {path}=VALUE."


def _typed(value: Any) -> str:
    """A default as one types it on the command line."""
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, tuple):
        return "[" + ",".join(map(str, value)) + "]"
    return str(value)
