import json

import numpy as np
import pytest

from ssvae.errors import CheckpointError
from ssvae.runs.array_tree import from_table, to_table


def test_names_tell_the_path_and_cannot_collide():
    table, structure = to_table(
        {"a": {"b/c": np.ones(1), "b": {"c": np.ones(1), "~": np.ones(1)}, 0: np.ones(1)}}
    )
    assert list(table) == ["a/b~1c", "a/b/c", "a/b/~0", "a/0"]
    assert json.loads(json.dumps(structure)) == structure


def test_keys_order_and_empty_dicts_survive():
    tree = {"z": {}, "layers": {1: {"w": np.zeros(2)}, 0: {"w": np.ones(2)}}, "a": {"deep": {"empty": {}}}}
    table, structure = to_table(tree)
    back = from_table(table, json.loads(json.dumps(structure)))
    assert list(back) == ["z", "layers", "a"]
    assert list(back["layers"]) == [1, 0]
    assert back["z"] == {}
    assert back["a"] == {"deep": {"empty": {}}}


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"a": {"b": "text"}}, "'a/b' is no array of numbers but 'text'. Put it into the facts"),
        ({"a": None}, "'a' is no array of numbers but None"),
        ({"a": {1.5: np.ones(1)}}, "'a/' has the key 1.5: a checkpoint's keys are texts or whole numbers"),
        ({"a": {1: np.ones(1), "1": np.ones(1)}}, "'a/1' is there twice"),
    ],
)
def test_what_cannot_be_saved_is_named(tree, message):
    with pytest.raises(CheckpointError, match=message):
        to_table(tree)


def test_a_missing_array_is_named():
    with pytest.raises(CheckpointError, match="the array 'a/b' is missing"):
        from_table({}, [["a", [["b", "a/b"]]]])
