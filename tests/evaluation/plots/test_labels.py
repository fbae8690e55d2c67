"""Words in a picture avoid each other and the marks they name."""

import itertools

import numpy as np
import pytest

from ssvae.evaluation.plots.labels import write_apart
from ssvae.evaluation.plots.style import add_axes, new_figure


@pytest.fixture
def axes():
    axes = add_axes(new_figure(6.0, "title"), 1.0, 1.0, 6.0, 4.0)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    return axes


def test_a_lonely_word_stands_on_its_point(axes, texts_of):
    write_apart(axes, np.array([[0.5, 0.5]]), ["7"])
    [text] = [text for text in texts_of(axes.figure) if text.get_text() == "7"]
    box = text.get_window_extent()
    x, y = axes.transData.transform((0.5, 0.5))
    assert box.x0 < x < box.x1
    assert box.y0 < y < box.y1


def test_words_at_one_place_move_apart(axes, texts_of):
    words = [f"n{i}" for i in range(12)]
    write_apart(axes, np.full((12, 2), 0.5), words, mark=9.0)
    boxes = [text.get_window_extent() for text in texts_of(axes.figure) if text.get_text() in words]
    assert len(boxes) == 12
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_no_word_covers_a_mark(axes, texts_of):
    points = np.array([[0.5, 0.5], [0.52, 0.5], [0.5, 0.53]])
    write_apart(axes, points, ["10", "11", "12"], mark=9.0)
    for text in texts_of(axes.figure):
        if text.get_text() in ("10", "11", "12"):
            box = text.get_window_extent()
            assert not any(box.contains(*axes.transData.transform(point)) for point in points)


def test_limits_that_were_not_asked_for_yet_are_used(texts_of):
    axes = add_axes(new_figure(6.0, "title"), 1.0, 1.0, 6.0, 4.0)
    axes.plot([0, 100], [0, 100])
    write_apart(axes, np.array([[50.0, 50.0]]), ["7"])
    [text] = [text for text in texts_of(axes.figure) if text.get_text() == "7"]
    assert text.get_window_extent().overlaps(axes.get_window_extent())
