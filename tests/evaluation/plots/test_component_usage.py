"""Bars are as high as usage and π, in the order of the components' classes."""

import numpy as np

from ssvae.evaluation.plots.component_names import component_classes, component_order
from ssvae.evaluation.plots.component_usage import provide


def test_bars_show_usage_next_to_the_prior(make_context):
    context = make_context()
    result = provide(context)
    [axes] = result.figures["component_usage"].axes
    order = component_order(context)
    for bars, shift, heights in zip(
        axes.patches, (-0.2, 0.2), (context.usage(), context.prior.weights), strict=True
    ):
        corners = bars.get_xy()[:24].reshape(6, 4, 2)  # four corners a bar
        np.testing.assert_allclose(corners[:, 1, 1], heights[order])
        np.testing.assert_allclose(corners[:, :, 0].mean(axis=1), np.arange(6) + shift)
        np.testing.assert_allclose(corners[:, [0, 3], 1], 0)
    assert result.data["largest_usage"] == context.usage().max()
    assert result.data["smallest_usage"] == context.usage().min()


def test_ticks_name_the_component_and_its_class(make_context):
    context = make_context()
    [axes] = provide(context).figures["component_usage"].axes
    names = [label.get_text() for label in axes.get_xticklabels()]
    classes = component_classes(context)
    assert names == [f"{c}\n→{'–' if classes[c] < 0 else classes[c]}" for c in component_order(context)]
    assert {name.split("→")[1] for name in names} - {"–"}
    [axes] = provide(make_context(classifier="none")).figures["component_usage"].axes
    assert [label.get_text() for label in axes.get_xticklabels()] == list("012345")


def test_the_line_is_where_components_become_active(make_context):
    [axes] = provide(make_context()).figures["component_usage"].axes
    [line] = axes.lines
    np.testing.assert_allclose(line.get_ydata(), 0.1 / 6)
