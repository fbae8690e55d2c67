"""What tests of figures ask of a figure."""

import pytest


def written(figure) -> list:
    """Every text a reader sees: titles, notes, labels, tick labels within the limits, legends."""
    figure.draw_without_rendering()
    texts = list(figure.texts)
    for axes in figure.axes:
        texts += axes.texts
        if axes.axison:
            texts += [axes.xaxis.label, axes.yaxis.label, *_tick_labels(axes)]
        if (legend := axes.get_legend()) is not None:
            texts += [*legend.get_texts(), legend.get_title()]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def _tick_labels(axes):
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        low, high = sorted(limits)
        for tick in axis.get_major_ticks():
            if low <= tick.get_loc() <= high:
                yield from (label for label in (tick.label1, tick.label2) if label.get_visible())


@pytest.fixture
def texts_of():
    """A function from a figure to the texts a reader sees in it, placed as they are drawn."""
    return written
