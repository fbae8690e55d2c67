"""The picture is the table, its rows in the common order."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.plots.component_names import component_order
from ssvae.evaluation.plots.style import GRAY
from ssvae.evaluation.plots.tau_heatmap import provide


def test_cells_are_the_table_and_values_are_printed(make_context):
    context = make_context()
    axes = provide(context).figures["tau_heatmap"].axes[0]
    order = component_order(context)
    np.testing.assert_allclose(axes.images[0].get_array(), context.tau[order])
    printed = {text.get_position(): text.get_text() for text in axes.texts}
    for (row, column), value in np.ndenumerate(context.tau[order]):
        assert printed.get((column, row)) == (f"{value:.2f}" if value >= 0.05 else None)
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[0] == f"{order[0]} ({context.usage()[order[0]]:.1%})"


def test_rows_that_name_no_class_are_gray_and_the_note_says_so(make_context, with_labels):
    tau = np.full((6, 4), 0.01) + 0.96 * np.eye(4)[[0, 1, 2, 3, 0, 1]]
    result = provide(with_labels(make_context(), tau, behind=[0, 1, 3]))
    figure = result.figures["tau_heatmap"]
    axes = figure.axes[0]
    grays = [label.get_color() == GRAY for label in axes.get_yticklabels()]
    assert grays == [False] * 3 + [True] * 3
    assert (axes.images[0].get_alpha()[:, 0] < 1).tolist() == grays
    assert [text.get_color() == GRAY for text in axes.texts] == grays
    assert result.data["gray_components"] == 3
    assert "gray: names no class" in figure.texts[1].get_text()
    full = provide(with_labels(make_context(), tau))
    assert full.data["gray_components"] == 0
    assert "gray" not in full.figures["tau_heatmap"].texts[1].get_text()


def test_small_values_are_not_printed(make_context):
    tau = np.full((6, 4), 0.01)
    tau[:, 1] = 0.97
    axes = provide(dataclasses.replace(make_context(), tau=tau)).figures["tau_heatmap"].axes[0]
    assert [text.get_text() for text in axes.texts] == ["0.97"] * 6


@pytest.mark.parametrize(("num_components", "is_printed"), [(30, True), (31, False)])
def test_large_tables_are_colors_only(make_context, num_components, is_printed):
    axes = provide(make_context(num_components=num_components)).figures["tau_heatmap"].axes[0]
    assert bool(axes.texts) == is_printed


def test_an_absent_table_is_named(make_context):
    with pytest.raises(ValueError, match="classifier=tau gave no table"):
        provide(dataclasses.replace(make_context(), tau=None))
