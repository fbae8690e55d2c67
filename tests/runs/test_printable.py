import pytest

from ssvae.runs.printable import one_line, printable


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("naïve β 数字 🙂 \u200d", "naïve β 数字 🙂 \u200d"),
        ("two\nlines\tand a tab\r\n", "two\nlines\tand a tab\n"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m \x07 \r \x00", "\\x9b31m \\x07 \\x0d \\x00"),
        ("safe\u202egnp.exe\u2066", "safe\\u202egnp.exe\\u2066"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("half \ud800", "half \\ud800"),
        ("tag \U000e0041", "tag \\U000e0041"),
        (3.5, "3.5"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(given, shown):
    assert printable(given) == shown
    printable(given).encode("utf-8")


def test_one_line_is_one_line():
    assert one_line(" a\n\n b\u2028c \x1b") == "a b c \\x1b"
