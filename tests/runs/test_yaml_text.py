import math

import pytest
import yaml
from omegaconf import OmegaConf

from ssvae.errors import ProvenanceError
from ssvae.runs import yaml_text
from ssvae.runs.yaml_text import SuspiciousYAML, dump_yaml, in_quotes, load_yaml

TEXTS = (
    "plain words",
    "",
    " leading and trailing ",
    "quotes \" and '",
    "two\nlines\n",
    "tab\there",
    "naïve β 数字 🙂",
    "line separator \u2028 and \x85",
    "a # b",
    "a: b",
    "!tag",
    "&anchor",
    "*alias",
    "- item",
    "[1, 2]",
    "{a: b}",
    "${seed}",
    "%directive",
    "@at",
    "`tick`",
    "on",
    "yes",
    "No",
    "null",
    "~",
    "true",
    "1e-3",
    "1.5e3",
    "+1e3",
    "1_0e5",
    "0x1f",
    "017",
    "1:30",
    "1.0",
    "12",
    ".inf",
    ".nan",
    "2025-11-12",
    "2025-11-12T14:30:22",
    "=",
    "<<",
    "---",
    "...",
    "back\\slash",
    "x" * 300 + " " + "y" * 300,
)

VALUES = (
    *TEXTS,
    True,
    None,
    0,
    -7,
    2**63,
    1.0,
    1e-5,
    0.1,
    1e16,
    5e-324,
    math.inf,
    -math.inf,
    [],
    {},
    [1, [2.0, "on"], {"n": "1e-3"}],
    {"y": {"deep": [True, None]}},
)

KEYS = (
    "n",
    "y",
    "on",
    "null",
    "1e-3",
    "12",
    "model.kl_weight",
    "hydra/launcher",
    "~gone",
    "+new",
    "a b",
    "k: v",
)


def readers():
    return {
        "yaml.safe_load": yaml.safe_load,
        "OmegaConf": lambda text: OmegaConf.to_container(OmegaConf.create(text), resolve=False),
        "ours": load_yaml,
    }


def same(left, right):
    """Equal, and of the same types all the way down."""
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


@pytest.mark.parametrize("reader", readers())
@pytest.mark.parametrize("style", [lambda value: value, in_quotes], ids=["plain", "in quotes"])
def test_every_value_and_key_survives_every_reader(reader, style):
    mapping = {f"value_{index}": value for index, value in enumerate(VALUES)} | dict.fromkeys(KEYS, "here")
    text = dump_yaml({"top": {key: style(value) for key, value in mapping.items()}})
    back = readers()[reader](text)["top"]
    assert [key for key in mapping if not same(mapping[key], back[key])] == []
    assert list(back) == list(mapping)


@pytest.mark.parametrize("reader", readers())
def test_nan_survives(reader):
    assert math.isnan(readers()[reader](dump_yaml({"a": math.nan}))["a"])


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (1.0, "a: 1.0"),
        (1e-5, "a: 1.0e-05"),
        (0.002, "a: 0.002"),
        (100, "a: 100"),
        (None, "a: null"),
        (True, "a: true"),
        ([256, 256], "a: [256, 256]"),
        ((0.5, 1.0), "a: [0.5, 1.0]"),
        ("digits", "a: digits"),
        ("on", 'a: "on"'),
        ("two words", "a: two words"),
    ],
)
def test_a_setting_looks_as_one_would_type_it(value, line):
    assert dump_yaml({"a": value}) == line + "\n"


def test_in_the_header_texts_are_quoted_keys_are_not_and_nothing_is_wrapped():
    header = {"tags": ["ablation", "kl"], "choices": {"model": "mixture"}, "words": "word " * 100}
    assert dump_yaml({"experiment": {key: in_quotes(value) for key, value in header.items()}}) == (
        "experiment:\n"
        '  tags: ["ablation", "kl"]\n'
        '  choices: {model: "mixture"}\n'
        f'  words: "{"word " * 100}"\n'
    )


def test_the_same_list_twice_is_written_twice():
    sizes = [256, 256]
    assert dump_yaml({"encoder": sizes, "decoder": sizes}) == "encoder: [256, 256]\ndecoder: [256, 256]\n"


def test_what_is_not_plain_is_refused():
    with pytest.raises(ProvenanceError, match=r"cannot be recorded: <object .*> is not a number, a text"):
        dump_yaml({"a": object()})


LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


@pytest.mark.parametrize("base", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
class TestTextFromAnybody:
    @pytest.fixture(autouse=True)
    def loader(self, base, monkeypatch):
        monkeypatch.setattr(yaml_text, "_LOADER", yaml_text._strict(base))

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "a: !!python/object/apply:os.system [touch x]\n",
                r"the tag !!python/object/apply:os.system in line 1,",
            ),
            (
                "b: 1\na: !!python/name:os.system\n",
                "the tag !!python/name:os.system in line 2, which ssvae never",
            ),
            ("a: !!binary aGk=\n", "the tag !!binary"),
            ("a: !!bool maybe\n", "the tag !!bool"),
            ("a: !mine x\n", "the tag !mine"),
            (LAUGHS, r"the alias \*a in line 2, which ssvae never writes. It may come from somebody who"),
            ("a: &a\n  b: *a\n", r"the alias \*a in line 2"),
            ("- " * 60 + "x", "more than 50 levels of lists and mappings"),
            (
                "- " * 100_000 + "x",
                "more than 50 levels of lists and mappings",
            ),  # libyaml's own reader crashes
            ("[" * 100_000, "more than 50 levels of lists and mappings"),
            ("a: " + "9" * 5000, "a number of thousands of digits"),
            ("a: 0x" + "f" * 5000, "a number of thousands of digits"),
            ("a: " + "1:" * 5000 + "0", "a number of thousands of digits"),
        ],
        ids=lambda value: value[:24],
    )
    def test_what_no_writer_of_ours_emits_is_refused(self, text, message):
        with pytest.raises(SuspiciousYAML, match=message):
            load_yaml(text)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a: 1\nb: 2\na: 3\n", "a is there twice"),
            ("x: {a: 1, a: 2}\n", "a is there twice"),
            ("a: 2025-02-31\n", "day is out of range"),
            ("a: [\n", "did not find|expected"),
            ("? {a: 1}\n: b\n", "unhashable key"),
            ("a: \x00", "special characters|control characters"),
        ],
    )
    def test_what_is_mistyped_is_told(self, text, message):
        with pytest.raises(yaml.YAMLError, match=message) as raised:
            load_yaml(text)
        assert not isinstance(raised.value, SuspiciousYAML)

    def test_many_digits_in_a_text_are_fine(self):
        text = dump_yaml({"a": "9" * 5000, "b": "word " * 500})
        assert load_yaml(text) == {"a": "9" * 5000, "b": "word " * 500}
