import pytest
from omegaconf import OmegaConf

from ssvae.composition.plain import first_line, leaf_keys, our_part, plain_mapping, resolve
from ssvae.errors import ConfigError

CONFIG = OmegaConf.create(
    {"a": {"b": 1, "c": "${a.b}"}, "empty": {}, "list": [1], "none": None, "hydra": {"x": "???"}}
)


def test_a_plain_mapping_follows_nothing_and_misses_nothing():
    assert plain_mapping(CONFIG)["a"] == {"b": 1, "c": "${a.b}"}
    assert plain_mapping(CONFIG)["hydra"] == {"x": "???"}


def test_our_part_is_a_copy_without_hydra():
    part = our_part(CONFIG)
    part.a.b = 2
    assert "hydra" not in part
    assert CONFIG.a.b == 1


def test_leaves_are_values_and_interpolations_and_what_is_empty():
    assert list(leaf_keys(our_part(CONFIG))) == ["a.b", "a.c", "empty", "list", "none"]


def test_resolving_follows_and_leaves_the_original_alone():
    assert resolve(our_part(CONFIG))["a"] == {"b": 1, "c": 1}
    assert plain_mapping(CONFIG)["a"]["c"] == "${a.b}"


def test_every_interpolation_that_leads_nowhere_is_named():
    with pytest.raises(ConfigError) as caught:
        resolve(OmegaConf.create({"a": "${nope}", "b": {"c": "${not_a_resolver:1}"}, "d": 1}))
    first, second = caught.value.problems
    assert first == "a refers to something that is not there: Interpolation key 'nope' not found."
    assert second.startswith("b.c refers to something that is not there: ")


def test_the_first_line_of_an_error_is_enough():
    assert first_line(ValueError("That.\n    full_key: x")) == "That"
