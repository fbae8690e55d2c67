"""What a recipe is, how its settings are declared, and its form as a plain mapping.

In: declarations. Out: `Recipe`, `setting`, `choice`. Not here: reading mappings (reading.py).
"""

import dataclasses
from abc import ABC
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from ssvae.config.checking import value_problems
from ssvae.errors import ConfigError

__all__ = ["MisfitError", "Recipe", "choice", "flatten", "mapping_from_recipe", "setting", "untraced"]

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
        traced: For settings of the model: True when the value reaches the compiled program as an argument, so
            that runs which differ only in it share one compilation. Else it is part of `Structure`.
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
class Recipe(ABC):  # noqa: B024 - what is abstract differs from table to table
    """The base of every recipe: checks each value when made, so that no recipe with a bad value exists.

    Raises:
        ConfigError: from the constructor, with every problem of this recipe: of its values one by one, and when
            those are right, of how they fit together.
    """

    variant: ClassVar[str] = ""
    """The word that chooses this recipe in its table, `name` in YAML; empty where there is no alternative."""

    def __post_init__(self) -> None:
        problems = []
        for field in dataclasses.fields(self):
            problems.extend(value_problems(type(self), field, getattr(self, field.name), path=field.name))
        if problems:
            raise ConfigError(problems)
        if problems := [*self.problems("")]:
            raise MisfitError(self, problems)

    def problems(self, prefix: str) -> Iterator[str]:
        """A sentence for each way in which settings of this recipe do not fit together; none by default.

        Asked only when each value by itself is right. A traced setting must not take part: `untraced` sets it back.

        Args:
            prefix: What stands before a setting's name in a message, such as `likelihood.`; empty at the top.
        """
        yield from ()


class MisfitError(ConfigError):
    """The settings of one recipe do not fit together.

    Attributes:
        recipe: Itself, so that whoever knows its path can ask for the sentences again with the path in them.
    """

    def __init__(self, recipe: Recipe, problems: Sequence[str]):
        self.recipe = recipe
        super().__init__(problems)


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
