"""What the figures show, without drawing them."""

import math

import pytest

from ssvae.comparison.answer import read_answer
from ssvae.comparison.figures.axis import place_values, value_label
from ssvae.comparison.figures.heat_map import heat_map
from ssvae.comparison.figures.interactions import interactions
from ssvae.comparison.figures.learning_curves import learning_curves
from ssvae.comparison.figures.main_effects import main_effects
from ssvae.evaluation.plots.style import add_axes, new_figure
from ssvae.status import Status


@pytest.fixture
def axes():
    return add_axes(new_figure(3.0, "A figure"), 1.0, 1.0, 2.0, 1.5)


def test_numbers_that_span_decades_stand_on_a_logarithmic_axis(axes):
    assert place_values(axes, [0.001, 0.01, 0.1]) == [0.001, 0.01, 0.1]
    assert axes.get_xscale() == "log"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.001", "0.01", "0.1"]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([1.6e-4, 3e-4, 5e-4, 9e-4, 2e-3, 4e-3, 7e-3], ["0.0002", "0.001", "0.005"]),
        ([10.0**power for power in range(-6, 1)], ["1e-06", "0.0001", "0.01", "1"]),
    ],
)
def test_of_many_numbers_round_ones_are_written(axes, values, labels):
    place_values(axes, values)
    assert [label.get_text() for label in axes.get_xticklabels()] == labels


def test_near_numbers_and_zero_stand_on_a_linear_one(axes):
    place_values(axes, [0.0, 0.5, 100])
    assert axes.get_xscale() == "linear"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "100"]  # 0.5 would run into 0


def test_words_stand_in_a_row_and_long_ones_are_shortened(axes):
    assert place_values(axes, ["mixture", True, None]) == [0.0, 1.0, 2.0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["mixture", "true", "null"]
    assert len(value_label("x" * 300)) == 14


def test_one_panel_per_setting_with_one_vertical_axis(make_sweep):
    figure = main_effects(read_answer(make_sweep())).figures["main_effects"]
    assert len(figure.axes) == 2
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_only_the_largest_of_many_effects_are_drawn(make_sweep):
    grid = {f"model.x{i}": [0] for i in range(20)}
    folder = make_sweep({**grid, "model": ["mixture", "vamp"]})
    result = main_effects(read_answer(folder))
    assert result.data["settings"] == 1


def test_the_legend_of_an_interaction_is_beside_its_lines(make_sweep):
    (axes,) = interactions(read_answer(make_sweep())).figures["interactions"].axes
    texts = {text.get_text(): text.get_position() for text in axes.texts}
    assert all(texts[name][0] > 1.0 for name in ("model", "mixture", "vamp"))


def test_the_map_writes_its_numbers_and_where_there_is_none(make_sweep):
    answer = read_answer(make_sweep(states=dict.fromkeys((0, 1, 2), ("failed", "x"))))
    axes = heat_map(answer).figures["heat_map"].axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert "none" in texts
    assert sum("±" in text for text in texts) == 3
    assert math.isnan(axes.images[0].get_array().filled(math.nan)[0, 0])


def test_every_run_has_a_faint_curve_and_every_configuration_a_bold_one(make_sweep):
    answer = read_answer(make_sweep(states={0: ("failed", "x")}))
    left, right = learning_curves(answer).figures["learning_curves"].axes
    for axes in (left, right):
        widths = [line.get_linewidth() for line in axes.lines]
        assert (widths.count(0.7), widths.count(2.0)) == (12, 4)
    assert sum(line.get_linestyle() == ":" for line in left.lines) == 1  # the failed one, which is in no mean


def test_without_a_second_setting_there_is_no_map(make_sweep):
    answer = read_answer(make_sweep({"model": ["mixture", "vamp"], "seed": [0, 1, 2]}))
    assert {heat_map(answer).status, interactions(answer).status} == {Status.DISABLED}
    assert main_effects(answer).status is Status.SUCCESS
