"""Dots are grouped by most probable component; the prior's means are marked, unused ones in gray."""

import dataclasses

import numpy as np
from matplotlib.colors import same_color

from ssvae.evaluation.context import MixtureSummary
from ssvae.evaluation.metrics.responsibilities import active_components
from ssvae.evaluation.plots.latent_by_component import provide
from ssvae.evaluation.plots.latent_scatter import held_out
from ssvae.evaluation.plots.style import GRAY, INK


def _crosses(axes, color):
    return [
        line.get_xydata()
        for line in axes.lines
        if line.get_marker() == "x" and same_color(line.get_color(), color)
    ]


def test_groups_are_the_most_probable_components(make_context):
    context = make_context()
    axes = provide(context).figures["latent_by_component"].axes[0]
    found = np.concatenate([context.predictions[split].responsibilities for split in ("validation", "test")])
    counts = np.bincount(found.argmax(axis=1), minlength=6)
    drawn = {line.get_label(): len(line.get_xdata()) for line in axes.lines if line.get_marker() != "x"}
    assert drawn == {str(c): count for c, count in enumerate(counts) if count}


def test_means_are_projected_as_the_codes_are(make_context):
    context = make_context()
    axes = provide(context).figures["latent_by_component"].axes[0]
    [means] = _crosses(axes, INK)
    np.testing.assert_allclose(means, held_out(context).projection(context.prior.means))
    assert not _crosses(axes, GRAY)
    assert {text.get_text() for text in axes.texts} == {"0", "1", "2", "3", "4", "5"}


def test_a_component_that_is_not_active_has_a_gray_cross(make_context):
    context = make_context()
    rows = np.eye(6)[np.arange(24) % 5]
    found = dataclasses.replace(context.predictions["validation"], responsibilities=rows)
    context = dataclasses.replace(context, predictions={**context.predictions, "validation": found})
    axes = provide(context).figures["latent_by_component"].axes[0]
    [gray] = _crosses(axes, GRAY)
    np.testing.assert_allclose(gray, held_out(context).projection(context.prior.means[5:]))


def test_a_mean_far_from_all_codes_does_not_shrink_the_picture(make_context):
    context = make_context()
    means = context.prior.means.copy()
    means[2] = 1000.0
    far = dataclasses.replace(context, prior=MixtureSummary(context.prior.weights, means, context.prior.stds))
    result = provide(far)
    axes = result.figures["latent_by_component"].axes[0]
    assert result.data["means_outside"] == 1
    assert provide(context).data["means_outside"] == 0
    assert "2" not in {text.get_text() for text in axes.texts}
    dots = held_out(context).points
    for limits, spread in ((axes.get_xlim(), np.ptp(dots[:, 0])), (axes.get_ylim(), np.ptp(dots[:, 1]))):
        assert limits[1] - limits[0] < 3 * spread


def test_many_components_are_two_groups(make_context):
    context = make_context(num_components=120)
    active = active_components(context.usage())
    assert 0 < active.sum() < 120
    axes = provide(context).figures["latent_by_component"].axes[0]
    found = np.concatenate([context.predictions[split].responsibilities for split in ("validation", "test")])
    is_active = active[found.argmax(axis=1)]
    drawn = {line.get_label(): len(line.get_xdata()) for line in axes.lines if line.get_marker() != "x"}
    assert drawn == {"active": is_active.sum(), "not active": (~is_active).sum()}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["active", "not active"]
