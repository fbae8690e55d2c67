"""Bars are sorted by KL, and what is not active is gray in both charts."""

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import same_color

from ssvae.evaluation.plots.latent_dimensions import provide
from ssvae.evaluation.plots.style import BLUE, PALE


def _with_means(context, means):
    found = dataclasses.replace(context.predictions["validation"], mean=means)
    return dataclasses.replace(context, predictions={**context.predictions, "validation": found})


def test_bars_are_sorted_by_kl(make_context):
    context = make_context(latent_dim=5)
    result = provide(context)
    upper, lower = result.figures["latent_dimensions"].axes
    cost = context.predictions["validation"].kl_dimensions.mean(axis=0, dtype=np.float64)
    order = np.argsort(-cost)
    np.testing.assert_allclose(upper.patches[0].get_xy()[1:20:4, 1], cost[order])
    variances = context.predictions["validation"].mean.var(axis=0, dtype=np.float64)
    np.testing.assert_allclose(lower.patches[0].get_xy()[1:20:4, 1], variances[order])
    assert [label.get_text() for label in lower.get_xticklabels()] == [str(d) for d in order]
    np.testing.assert_allclose(result.data["kl_of_dimensions"], cost)
    assert result.data["largest_share"] == pytest.approx(cost.max() / cost.sum())


def test_a_collapsed_dimension_is_gray(make_context):
    context = make_context(latent_dim=3)
    means = context.predictions["validation"].mean.copy()
    means[:, 1] = 0.5
    result = provide(_with_means(context, means))
    place = np.argsort(-np.asarray(result.data["kl_of_dimensions"])).tolist().index(1)
    assert result.data["active_units"] == 2
    for axes in result.figures["latent_dimensions"].axes:
        active, collapsed = axes.patches
        assert same_color(active.get_facecolor(), BLUE)
        assert same_color(collapsed.get_facecolor(), PALE)
        assert collapsed.get_xy()[:4, 0].mean() == pytest.approx(place)
