"""Recipes: what they accept, what they say of what they do not, and that mappings go in and come out alike."""

import dataclasses
from collections.abc import Iterator
from typing import ClassVar

import pytest

from ssvae.config import (
    Recipe,
    choice,
    field_docs,
    flatten,
    mapping_from_recipe,
    read_recipe,
    setting,
    untraced,
)
from ssvae.errors import ConfigError


@dataclasses.dataclass(frozen=True)
class Apple(Recipe):
    """A part with no settings."""

    variant: ClassVar[str] = "apple"


@dataclasses.dataclass(frozen=True)
class Pear(Recipe):
    """A part with one."""

    variant: ClassVar[str] = "pear"
    weight: float = setting(1.0, above=0, at_most=9)
    """In kilograms,
    of one."""


@dataclasses.dataclass(frozen=True)
class Box(Recipe):
    """A part without alternatives."""

    weight: float = setting(1.0, above=0, at_most=9)


@dataclasses.dataclass(frozen=True)
class Shelf(Recipe):
    """A part whose settings must fit together."""

    variant: ClassVar[str] = "shelf"
    lowest: int = setting(1, at_least=0)
    highest: int = setting(3, at_least=0)
    box: Box = dataclasses.field(default_factory=Box)

    def problems(self, prefix: str) -> Iterator[str]:
        if self.lowest > self.highest:
            yield f"{prefix}lowest is above {prefix}highest. Try {prefix}lowest={self.highest}."
        if self.box.weight > self.highest:
            yield f"{prefix}box.weight is above {prefix}highest."


FRUIT = {"apple": Apple, "pear": Pear}


@dataclasses.dataclass(frozen=True)
class Basket(Recipe):
    """A whole with every kind of setting."""

    owner: str = setting()
    """Who carries it."""
    size: int = setting(3, at_least=1)
    sizes: tuple[int, ...] = setting((1, 2), at_least=0)
    words: tuple[str, ...] = ()
    color: str = setting("red", one_of=("red", "green"), traced=True)
    limit: float | None = setting(None, at_least=0)
    is_full: bool = False
    fruit: Recipe = choice(FRUIT, "pear")
    inner: Box = dataclasses.field(default_factory=Box)


@dataclasses.dataclass(frozen=True)
class Room(Recipe):
    """A whole with parts that must fit together."""

    size: int = setting(3, at_least=1)
    shelf: Recipe = choice({"shelf": Shelf}, "shelf")
    other: Shelf = dataclasses.field(default_factory=Shelf)


GOOD = {"owner": "Eve"}


def test_a_mapping_goes_in_and_comes_out_alike():
    basket = read_recipe(Basket, {**GOOD, "fruit": {"name": "apple"}, "sizes": [5], "inner": {"weight": 2}})
    assert basket == Basket("Eve", sizes=(5,), fruit=Apple(), inner=Box(2.0))
    assert read_recipe(Basket, mapping_from_recipe(basket)) == basket
    assert mapping_from_recipe(basket)["fruit"] == {"name": "apple"}


def test_whole_numbers_stand_for_numbers_and_a_word_for_a_list_of_words():
    basket = read_recipe(Basket, {"owner": 2024, "limit": 3, "words": "one"})
    assert basket.limit == 3.0
    assert isinstance(basket.limit, float)
    assert basket.words == ("one",)
    assert basket.owner == "2024"
    assert read_recipe(Basket, {**GOOD, "words": [1, "b"]}).words == ("1", "b")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": 0}, r"^size must be at least 1, got 0\. Try size=3\.$"),
        ({"size": "big"}, r"^size must be a whole number, got 'big'\. Try size=3\.$"),
        ({"size": 2.5}, r"^size must be a whole number, got 2\.5"),
        ({"size": True}, r"^size must be a whole number, got True"),
        ({"sizes": [1, -1]}, r"^sizes must be at least 0, got \(1, -1\)\. Try sizes=\[1,2\]\.$"),
        ({"sizes": ["a"]}, r"^sizes must be a list of whole numbers, got \('a',\)"),
        ({"words": [True]}, r"^words must be a list of texts, got \(True,\)"),
        ({"owner": True}, r"^owner must be a text, got True"),
        ({"color": "gren"}, r"^color='gren' is not known\. Did you mean 'green'\? Known: red, green\.$"),
        ({"limit": "x"}, r"^limit must be a number or null, got 'x'\. Try limit=null\.$"),
        ({"limit": float("nan")}, r"^limit must be a finite number, got nan"),
        ({"is_full": 1}, r"^is_full must be true or false, got 1\. Try is_full=false\.$"),
        ({"inner": {"weight": 0}}, r"^inner\.weight must be above 0 and at most 9, got 0\.0\. Try inner\.weight=1\.0\.$"),
        ({"inner": 3}, r"^inner must be a group of settings, got 3\.$"),
        ({"inner": {"wight": 1}}, r"^inner\.wight is not a setting\. Did you mean 'inner\.weight'\? inner has: weight\.$"),
        ({"fruit": {"name": ["pear"]}}, r"^fruit\.name=\['pear'\] is not known\..* Known: apple, pear\.$"),
        ({"fruit": {"name": {}}}, r"^fruit\.name=\{\} is not known\. Known: apple, pear\.$"),
        ({"fruit": {"name": "paer"}}, r"^fruit\.name='paer' is not known\. Did you mean 'pear'\? Known: apple, pear\.$"),
        ({"fruit": "pear"}, r"^fruit must be a group of settings with a name, got 'pear'\. Known names: apple, pear\.$"),
        ({"fruit": {"name": "apple", "weight": 1}}, r"^fruit\.weight is not a setting\. fruit has: no settings\.$"),
        ({"ownr": "x"}, r"^ownr is not a setting\. Did you mean 'owner'\?"),
        ({"owner": "???"}, r"^owner is not set and has no default\. Give it on the command line: owner=VALUE\.$"),
    ],
)  # fmt: skip
def test_a_mistake_says_where_what_was_expected_what_came_and_what_to_type(change, message):
    with pytest.raises(ConfigError, match=message):
        read_recipe(Basket, {**GOOD, **change})


def test_all_mistakes_are_told_at_once():
    with pytest.raises(ConfigError) as caught:
        read_recipe(Basket, {"size": 0, "colour": "red", "inner": {"weight": 99}, "fruit": {"name": "plum"}})
    assert len(caught.value.problems) == 5
    assert str(caught.value) == "\n".join(caught.value.problems)


def test_a_recipe_with_a_bad_value_cannot_be_made():
    with pytest.raises(ConfigError, match="weight must be above 0"):
        Pear(-1.0)
    with pytest.raises(ConfigError, match="weight must be above 0"):
        dataclasses.replace(Pear(), weight=0.0)


def test_settings_that_do_not_fit_together_are_told_under_the_path_they_were_typed():
    with pytest.raises(ConfigError) as caught:
        read_recipe(Shelf, {"lowest": 5, "box": {"weight": 4}}, "room.shelf")
    assert caught.value.problems == (
        "room.shelf.lowest is above room.shelf.highest. Try room.shelf.lowest=3.",
        "room.shelf.box.weight is above room.shelf.highest.",
    )
    with pytest.raises(ConfigError, match=r"^lowest is above highest\. Try lowest=3\.$"):
        read_recipe(Shelf, {"lowest": 5})
    with pytest.raises(ConfigError, match=r"^lowest is above highest\. Try lowest=3\.$"):
        Shelf(lowest=5)
    with pytest.raises(ConfigError, match="lowest is above highest"):
        dataclasses.replace(Shelf(), lowest=4)


def test_settings_that_do_not_fit_together_are_told_beside_all_other_mistakes():
    with pytest.raises(ConfigError) as caught:
        read_recipe(Room, {"size": "big", "shelf": {"name": "shelf", "lowest": 5}, "other": {"lowest": -1}})
    assert caught.value.problems == (
        "size must be a whole number, got 'big'. Try size=3.",
        "shelf.lowest is above shelf.highest. Try shelf.lowest=3.",
        "other.lowest must be at least 0, got -1. Try other.lowest=1.",
    )


def test_how_settings_fit_together_is_asked_only_of_values_that_are_right():
    with pytest.raises(ConfigError) as caught:
        read_recipe(Shelf, {"lowest": "top"})
    assert caught.value.problems == ("lowest must be a whole number, got 'top'. Try lowest=1.",)


def test_untraced_forgets_what_needs_no_new_program():
    first, second = Basket("Eve", color="red"), Basket("Eve", color="green")
    assert untraced(first) == untraced(second)
    assert untraced(first) != untraced(Basket("Ann"))


def test_docs_are_the_text_under_each_setting():
    assert field_docs(Pear)["weight"] == "In kilograms, of one."
    assert field_docs(Basket)["owner"] == "Who carries it."


def test_flatten_keeps_empty_groups_and_order():
    assert flatten({"b": {"y": 1, "x": {}}, "a": 2}) == {"b.y": 1, "b.x": {}, "a": 2}
