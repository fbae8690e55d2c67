import json
import math
from pathlib import Path

import numpy as np
import pytest

from ssvae.runs.strict_json import dumps, encode, loads
from ssvae.status import Status


def refuse(word):
    raise AssertionError(f"{word} is not JSON")


def test_what_json_has_no_word_for_survives_and_every_reader_accepts_it():
    value = {"a": math.nan, "b": [math.inf, -math.inf], "c": {"d": 0.1, "e": 5e-324, "f": 2**63 - 1}}
    strict = json.loads(dumps(value), parse_constant=refuse)
    assert strict["a"] == "NaN"
    assert strict["b"] == ["Infinity", "-Infinity"]
    back = loads(dumps(value))
    assert math.isnan(back.pop("a"))
    assert back == {key: value[key] for key in "bc"}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float32(0.1), float(np.float32(0.1))),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([[1.0, np.nan]]), [[1.0, "NaN"]]),
        (np.float64("inf"), "Infinity"),
        ((1, 2), [1, 2]),
        (Status.NOT_RUN, "not_run"),
        (Path("a/b"), "a/b"),
        ({0: "zero"}, {"0": "zero"}),
        (None, None),
    ],
)
def test_values_of_a_run_become_plain(value, plain):
    encoded = encode(value)
    assert encoded == plain
    assert type(encoded) is type(plain)


def test_what_has_no_form_is_refused_by_name():
    with pytest.raises(TypeError, match="A set cannot be written as JSON"):
        dumps({"a": {1, 2}})
