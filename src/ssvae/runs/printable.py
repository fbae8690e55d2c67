"""Texts from files on a terminal or a page: what would move the cursor, hide or turn letters around is written out.

In: any text. Out: the same with `\\x1b` instead of an escape character. Not here: Markdown (markdown.py).
"""

import re

__all__ = ["one_line", "printable"]

# Control characters but for tab and line end; what turns the direction of writing or has no width; halves of
# characters, which no file can hold; tags, which nobody sees. Joiners stay: Persian and emoji need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: object) -> str:
    """The text with every such character written out; tabs and line ends stay."""
    return _UNPRINTABLE.sub(_written_out, str(text).replace("\r\n", "\n"))


def one_line(text: object) -> str:
    """`printable`, every run of spaces and line ends being one space."""
    return printable(" ".join(str(text).split()))


def _written_out(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
