import json
import math
from pathlib import Path

import numpy as np
import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.strict_json import dumps, encode, loads, read_json_mapping
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


def test_a_mapping_is_read_with_its_numbers(tmp_path):
    (tmp_path / "state.json").write_text('{"a": "NaN", "b": 1e999}')
    found = read_json_mapping(tmp_path / "state.json")
    assert math.isnan(found["a"])
    assert found["b"] == math.inf


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "state.json cannot be read: Expecting property name"),
        (b"\xff\xfe{}", "state.json cannot be read: 'utf-8' codec can't decode"),
        (b"[" * 100_000, "state.json cannot be read: it is nested too deeply"),
        (
            b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}",
            "state.json cannot be read: it is nested more than 50 levels",
        ),
        (b'{"a": ' + b"9" * 5000 + b"}", "state.json cannot be read: Exceeds the limit"),
        (b"[1]", "state.json must hold a mapping, got list. Undo the last edit"),
        (b"", "state.json cannot be read: Expecting value"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_hostile_file_is_a_sentence(tmp_path, content, message):
    (tmp_path / "state.json").write_bytes(content)
    with pytest.raises(RunDirectoryError, match=message):
        read_json_mapping(tmp_path / "state.json")
    with pytest.raises(RunDirectoryError, match=r"cannot be read: .*No such file.* Is .* a run folder\?"):
        read_json_mapping(tmp_path / "absent.json")
