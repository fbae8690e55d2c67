"""The figures of a run as parts of a page: read from its folder, told where they cannot be.

In: a run's folder, the figures of a page. Out: data: addresses. Not here: drawing, saving (runs/figures.py).
"""

import base64
import dataclasses
from pathlib import Path

from ssvae.errors import RunDirectoryError
from ssvae.runs.reading import read_inside
from ssvae.runs.reporting.page import Figure

__all__ = ["Album", "Picture"]

_MOST_BYTES = 4_000_000
"""Of one figure; ours have a hundred thousand."""

_MOST_IN_ALL = 20_000_000
"""Bytes of all figures of a page; a browser slows down with more."""

_FORMATS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
"""First bytes → what it is. Not SVG: that is a program as much as a picture."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """A figure as a page has it: either an address or a problem."""

    address: str | None = None
    size: tuple[int, int] | None = None
    """Width and height in pixels, where known: with them the page does not jump when it is opened."""
    problem: str | None = None


class Album:
    """The pictures of one page, which together must not become too many bytes."""

    def __init__(self, run_dir: Path):
        self._run_dir = run_dir
        self._left = _MOST_IN_ALL

    def picture(self, figure: Figure) -> Picture:
        """The picture of a figure that has no problem so far."""
        try:
            content = read_inside(self._run_dir, figure.path, _MOST_BYTES)
        except RunDirectoryError:
            return Picture(problem=f"Not in this page, for it is no file of at most {_MOST_BYTES:,} bytes")
        except OSError as error:
            return Picture(problem=f"Not in this page, for it cannot be read ({error.strerror})")
        form = next((form for begin, form in _FORMATS.items() if content.startswith(begin)), None)
        if form is None:
            return Picture(problem="Not in this page, for it is no PNG, JPEG or GIF")
        if len(content) > self._left:
            return Picture(problem=f"Not in this page, whose figures have more than {_MOST_IN_ALL:,} bytes")
        self._left -= len(content)
        return Picture(f"data:{form};base64,{base64.b64encode(content).decode()}", _size(content))


def _size(content: bytes) -> tuple[int, int] | None:
    """Of a PNG, whose header has it in a fixed place."""
    if content[:4] != b"\x89PNG" or content[12:16] != b"IHDR":
        return None
    width, height = (int.from_bytes(content[start : start + 4], "big") for start in (16, 20))
    return (width, height) if 0 < width < 100_000 and 0 < height < 100_000 else None
