import pytest

from ssvae.composition.overrides import parse_override, shown_value, written
from ssvae.errors import ConfigError


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1.5,
        1e-05,
        True,
        None,
        "",
        "plain",
        'it\'s "quoted"',
        "a,b=c [d] {e} (f): ${g} \\ end\\",
        "Greek β, spaces  and 'quotes'",
        ["a", "b,c", 1],
        {"x": 1, "y": ["z"]},
        [],
    ],
)
def test_whatever_is_written_is_read_back(value):
    override = parse_override(written("some.key", value))
    assert override.key_or_group == "some.key"
    assert override.value() == value
    assert type(override.value()) is type(value)


def test_a_path_with_every_awkward_character_is_read_back(tmp_path):
    path = str(tmp_path / "a b,c='d'\"e\"[f](g){h}:i#j!k&l;~m")
    assert parse_override(written("hydra.run.dir", path)).value() == path


def test_the_value_is_shown_as_typed():
    assert shown_value(parse_override("tags=[a, b]")) == "[a, b]"
    assert shown_value(parse_override("~study")) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("=5", r"'=5' has no key: nothing stands before the =\. Settings are typed without spaces\."),
        ("mixture", r"'mixture' is not of the form key=value\."),
        ("model..x=1", r"'model\.\.x' cannot be the name of a setting, which is dotted words"),
        ("tags=[a,b", r"tags=\[a,b cannot be read: a \[ is not closed\. Try 'tags=\[a,b\]'\."),
        ("a.b={c:[1", r"a \[ is not closed\. Try 'a\.b="),
        ("seed=1]", r"seed=1\] cannot be read: a \] was never opened\. Try 'seed=\"1\]\"'\."),
        ("name=it's", r"name=it's cannot be read: a ' is not closed\. Try 'name=\"it'\"'\"'s\"'\."),
        ('name=say "hi', r'a " is not closed\.'),
        ("seed=1,", r"seed=1, cannot be read: a comma stands where a value is missing\. Try seed=1\."),
        (
            "name=fish & chips",
            r"a text with some of its characters must stand in quotes\. Try 'name=\"fish & chips\"'\.",
        ),
        ("name=ü→,b", r"must stand in quotes\. Try 'name=\"ü→\",b'\."),
        ('name="ü, so","it\'s",über→', r"Try 'name=\"ü, so\",\"it'\"'\"'s\",\"über→\"'\."),
        ("name=#1", r"must stand in quotes\. Try 'name=\"#1\"'\."),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words(text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        parse_override(text)
    for jargon in ("ANTLR", "Lexer", "mismatched", "no viable", "expecting", "hydra.cc"):
        assert jargon not in str(caught.value)
