"""The maps are the columns of the history, in the common order of components."""

import dataclasses
import math

import numpy as np
import pytest

from ssvae.evaluation.plots.component_names import component_order, component_title
from ssvae.evaluation.plots.model_evolution import provide
from ssvae.status import ComponentResult


def _with_rows(context, change):
    return dataclasses.replace(context, history=[row | change(row) for row in context.history])


def test_the_map_of_usage_has_a_row_per_component_and_a_column_per_epoch(make_context):
    context = make_context(epochs=5)
    result = provide(context)
    axes = result.figures["model_evolution"].axes[0]
    order = component_order(context).tolist()
    expected = [[row[f"usage.{c}"] for row in context.history] for c in order]
    np.testing.assert_allclose(axes.images[0].get_array(), expected)
    assert [text.get_text() for text in axes.texts][1:] == [component_title(context, c) for c in order]
    assert list(axes.images[0].get_extent()) == [0.5, 5.5, 5.5, -0.5]
    [best] = axes.lines
    assert list(best.get_xdata()) == [4, 4]


def test_weights_that_never_change_have_no_map(make_context):
    context = make_context()
    figure = provide(context).figures["model_evolution"]
    assert "π stays as it began" in figure.texts[1].get_text()
    assert sum(bool(axes.images) for axes in figure.axes) == 2  # usage and the color bar
    learned = _with_rows(context, lambda row: {"prior_weight.0": 0.1 * row["epoch"]})
    figure = provide(learned).figures["model_evolution"]
    assert "π stays" not in figure.texts[1].get_text()
    maps = [axes.images[0] for axes in figure.axes if axes.images]
    row = component_order(context).tolist().index(0)
    np.testing.assert_allclose(maps[1].get_array()[row], [0.1, 0.2, 0.3, 0.4, 0.5])
    assert maps[0].get_clim() == maps[1].get_clim() == (0, 0.5)


def test_curves_of_the_effective_number_and_of_the_information(make_context):
    usage = {f"usage.{c}": 1 / 3 if c < 3 else 0.0 for c in range(6)}
    context = _with_rows(make_context(), lambda row: usage | {"metric.information": 0.3 * row["epoch"]})
    result = provide(context)
    counts, information = result.figures["model_evolution"].axes[-2:]
    for line in counts.lines[:2]:
        np.testing.assert_allclose(line.get_ydata(), [3] * 5)
    np.testing.assert_allclose(information.lines[0].get_ydata(), context.curve("metric.information"))
    assert information.get_ylim()[1] == pytest.approx(1.05 * math.log(6))
    assert result.data["k_eff_first"] == pytest.approx(3)
    assert result.data["k_eff_last"] == pytest.approx(3)
    assert result.data["largest_share"] == pytest.approx(1 / 3)


def test_epochs_of_an_older_version_are_gaps(make_context):
    context = make_context()
    rows = [row if row["epoch"] > 2 else {"epoch": row["epoch"]} for row in context.history]
    image = provide(dataclasses.replace(context, history=rows)).figures["model_evolution"].axes[0].images[0]
    np.testing.assert_array_equal(
        np.isnan(np.ma.filled(image.get_array(), np.nan)).all(axis=0), [1, 1, 0, 0, 0]
    )


@pytest.mark.parametrize("rows", [[], [{"epoch": 1.0, "loss.total": 3.0}]])
def test_a_history_without_usage_says_why(make_context, rows):
    result = provide(dataclasses.replace(make_context(), history=rows))
    assert result == ComponentResult.disabled(
        "the history has no usage per component; the run is of an older version", "train it again"
    )
