"""Curves are those of the history; panels are those of the model."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.plots.loss_curves import provide
from ssvae.status import Status
from ssvae.training.recipes import TrainingConfig


def _panel(figure, word):
    [axes] = [axes for axes in figure.axes if axes.texts[0].get_text().startswith(word)]
    return axes


def test_the_curves_are_the_columns_of_the_history(make_context):
    context = make_context(epochs=8)
    axes = _panel(provide(context).figures["loss_curves"], "loss.kl.z")
    train, validation, best = axes.lines
    np.testing.assert_array_equal(train.get_xdata(), np.arange(1, 9))
    np.testing.assert_array_equal(train.get_ydata(), context.curve("loss.kl.z"))
    np.testing.assert_array_equal(validation.get_ydata(), context.curve("loss.kl.z.val"))
    assert train.get_color() != validation.get_color()
    assert train.get_linestyle() != validation.get_linestyle()  # for a reader who sees no colors
    assert list(best.get_xdata()) == [7, 7]


@pytest.mark.parametrize(
    ("parts", "present", "absent"),
    [
        ({}, ["loss.classifier", "loss.diversity", "loss.dirichlet", "weight.kl.z", "metric.accuracy"], []),
        ({"classifier": "none"}, ["loss.diversity"], ["loss.classifier", "metric.accuracy"]),
        (
            {"classifier": "head", "num_components": 1},
            ["loss.classifier"],
            ["loss.diversity", "loss.dirichlet"],
        ),
        ({"warmup": 0}, ["loss.kl.z"], ["weight.kl.z"]),
    ],
)
def test_panels_are_those_of_the_model(make_context, parts, present, absent):
    panels = provide(make_context(**parts)).data["panels"]
    for key in present:
        assert any(panel.startswith(key) for panel in panels), key
    for key in absent:
        assert not any(panel.startswith(key) for panel in panels), key


def test_a_term_that_is_zero_throughout_has_no_panel(make_context):
    context = make_context()
    rows = [{**row, "loss.kl.c": 0.0, "loss.kl.c.val": 0.0} for row in context.history]
    panels = provide(dataclasses.replace(context, history=rows)).data["panels"]
    assert not any(panel.startswith("loss.kl.c") for panel in panels)


def test_a_title_says_the_weight_of_its_term(make_context):
    assert "loss.classifier (weight 10)" in provide(make_context()).data["panels"]


def test_a_wide_range_gets_a_logarithmic_axis(make_context):
    figure = provide(make_context(epochs=40)).figures["loss_curves"]  # 10 falls to 0.25
    assert _panel(figure, "loss.recon").get_yscale() == "log"
    figure = provide(make_context(epochs=4)).figures["loss_curves"]
    assert _panel(figure, "loss.recon").get_yscale() == "linear"


def test_small_values_are_drawn_in_thousandths(make_context):
    context = make_context()
    rows = [{**row, "loss.dirichlet": 0.001 * row["epoch"]} for row in context.history]
    axes = _panel(
        provide(dataclasses.replace(context, history=rows)).figures["loss_curves"], "loss.dirichlet"
    )
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [1, 2, 3, 4, 5])
    assert axes.texts[1].get_text() == "10⁻³ nats per image"


def test_a_change_of_less_than_a_hundredth_looks_flat(make_context):
    context = make_context()
    rows = [{**row, "loss.diversity": 12.3 + 1e-6 * row["epoch"]} for row in context.history]
    axes = _panel(
        provide(dataclasses.replace(context, history=rows)).figures["loss_curves"], "loss.diversity"
    )
    low, high = axes.get_ylim()
    assert high - low == pytest.approx(0.123, rel=1e-3)
    assert low < 12.3 < high


def test_numbers_that_are_none_leave_a_gap(make_context):
    context = make_context()
    rows = [
        {**row, "loss.recon": float("nan") if row["epoch"] == 2 else row["loss.recon"]}
        for row in context.history
    ]
    axes = _panel(provide(dataclasses.replace(context, history=rows)).figures["loss_curves"], "loss.recon")
    np.testing.assert_array_equal(np.isnan(axes.lines[0].get_ydata()), [False, True, False, False, False])


def test_an_empty_history_is_a_failure_that_says_so(make_context):
    result = provide(dataclasses.replace(make_context(), history=[]))
    assert result.status is Status.FAILED
    assert "the history has no epoch" in str(result.reason)


def _with_columns(context, change):
    return dataclasses.replace(context, history=[row | change(row["epoch"]) for row in context.history])


def test_a_learning_rate_that_changes_has_a_panel(make_context):
    context = make_context()
    assert "learning_rate" not in provide(context).data["panels"]
    falling = _with_columns(context, lambda epoch: {"learning_rate": 0.5 / epoch})
    axes = _panel(provide(falling).figures["loss_curves"], "learning_rate")
    np.testing.assert_allclose(axes.lines[0].get_ydata(), falling.curve("learning_rate"))


@pytest.mark.parametrize(
    ("clip", "unit", "lines"),
    [
        (50.0, "10% of steps clipped to 50", 2),
        (4.0, "10% of steps clipped to 4 (dashed)", 3),
        (None, "never clipped", 2),
    ],
)
def test_the_gradient_says_how_often_it_was_clipped(make_context, clip, unit, lines):
    context = make_context(training=TrainingConfig(epochs=5, gradient_clip=clip))
    axes = _panel(provide(context).figures["loss_curves"], "gradient.norm")
    assert axes.texts[1].get_text() == unit
    assert len(axes.lines) == lines  # the curve, the best epoch, the norm that is clipped to
