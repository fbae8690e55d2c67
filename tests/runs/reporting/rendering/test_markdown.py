import math

import pytest
from markdown_it import MarkdownIt

from ssvae.runs.reporting.rendering.markdown import block, code, number, table, text

NASTY = (
    "a | b",
    "a \\| b",
    "two\nlines",
    "<b>bold</b> <script>",
    "`code`",
    "*stars* _lines_ __init__ **x**",
    "[link](http://example.org) ![image](x.png)",
    "&amp; &lt;",
    "# head",
    "~~gone~~",
    "back\\slash\\",
    "a``b",
    "loss.kl.z num_components β=0.5",
    "`",
    "ends with a backquote `",
)


def parse(markdown):
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)


def shown(token):
    """What a reader sees of an inline token; markup of any kind shows up as its type."""
    return "".join(
        child.content if child.type in ("text", "code_inline", "text_special") else f"<{child.type}>"
        for child in token.children
    )


def one_line(value):
    return " ".join(value.split())


@pytest.mark.parametrize("value", NASTY)
def test_text_is_shown_as_it_is(value):
    tokens = parse(f"**Reason:** {text(value)}")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(tokens[1]).removeprefix("<strong_open>Reason:<strong_close> ") == one_line(value)


@pytest.mark.parametrize("value", NASTY)
def test_code_is_shown_as_it_is(value):
    tokens = parse(f"To enable: {code(value)}")
    assert shown(tokens[1]).removeprefix("To enable: ") == one_line(value)


@pytest.mark.parametrize("render", [text, code])
def test_a_table_is_a_table_whatever_its_cells_hold(render):
    tokens = parse(
        table(("Name", "Value"), [(code(f"row{i}"), render(value)) for i, value in enumerate(NASTY)])
    )
    cells = [shown(tokens[i + 1]) for i, token in enumerate(tokens) if token.type == "td_open"]
    assert cells[1::2] == [one_line(value) for value in NASTY]
    assert cells[::2] == [f"row{i}" for i in range(len(NASTY))]
    assert tokens[0].type == "table_open"
    assert tokens[-1].type == "table_close"


@pytest.mark.parametrize("content", ["plain", "```\nfence\n```", "````", "<b>\n\n# head", ""])
def test_a_block_is_one_block(content):
    (token,) = parse(block(content, "text"))
    assert token.type == "fence"
    assert token.content.rstrip("\n") == content.rstrip()


def test_a_table_reads_well_as_text():
    assert table(("Name", "Value"), [("a", "1"), ("longer", "22")], numbers_from=1) == (
        "| Name   | Value |\n| ------ | ----: |\n| a      |     1 |\n| longer |    22 |"
    )


def test_a_long_cell_does_not_stretch_the_others():
    assert table(("A", "B"), [("x" * 60, "1"), ("y", "2")]).splitlines()[-1] == f"| y{' ' * 39} | 2   |"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "**NaN**"),
        (math.inf, "**Infinity**"),
        (-math.inf, "**−Infinity**"),
        (None, "–"),
        (True, "yes"),
        (False, "no"),
        (12345678, "12345678"),
        (0.9312345, "0.93123"),
        (123456.7, "123457"),
        (1e-7, "1e-07"),
        (1e20, "1e+20"),
        (1.0, "1"),
        ("a_b|*", "a_b|\\*"),
    ],
)
def test_a_number_is_short_and_a_strange_one_is_seen(value, expected):
    assert number(value) == expected


def test_fewer_digits_never_round_whole_ones():
    assert [number(value, 3) for value in (0.123456, 4567.8, 99.96)] == ["0.123", "4568", "100"]


@pytest.mark.parametrize("write", [text, code, block])
def test_what_would_move_a_cursor_or_hide_is_written_out(write):
    shown = write("a\x1b[2Jb\u202ec\ud800")
    assert shown.encode("utf-8").isascii()
    assert "x1b" in shown
    assert "u202e" in shown
