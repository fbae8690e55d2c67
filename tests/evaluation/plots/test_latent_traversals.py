"""Walks start, turn and end where they say."""

import dataclasses
import itertools

import numpy as np

from ssvae.evaluation.plots.component_names import component_title, most_used
from ssvae.evaluation.plots.latent_traversals import (
    STEPS,
    codes_under_each_component,
    provide,
    walks_along_dimensions,
    walks_between_components,
)


def test_a_walk_along_a_dimension_changes_nothing_else(make_context):
    context = make_context(latent_dim=5)
    codes, components = walks_along_dimensions(context, 2, np.array([4, 0]))
    codes = codes.reshape(2, STEPS, 5)
    mean, std = context.prior.means[2], context.prior.stds[2]
    np.testing.assert_allclose(codes[:, STEPS // 2], np.stack([mean, mean]))
    np.testing.assert_allclose(codes[0, :, 4], mean[4] + std[4] * np.linspace(-3, 3, STEPS))
    np.testing.assert_allclose(codes[0, :, :4], np.tile(mean[:4], (STEPS, 1)))
    np.testing.assert_allclose(codes[1, [0, -1], 0], mean[0] + std[0] * np.array([-3, 3]))
    assert (components == 2).all()


def test_a_walk_between_components_takes_the_nearer_ones_number(make_context):
    context = make_context()
    codes, components = walks_between_components(context, np.array([3, 1, 5]))
    codes, components = codes.reshape(2, STEPS, -1), components.reshape(2, STEPS)
    np.testing.assert_allclose(codes[0, [0, -1]], context.prior.means[[3, 1]])
    np.testing.assert_allclose(codes[1, STEPS // 2], context.prior.means[[1, 5]].mean(axis=0))
    assert components[0].tolist() == [3] * 6 + [1] * 5
    assert components[1].tolist() == [1] * 6 + [5] * 5


def test_rows_are_the_dearest_dimensions_then_pairs_of_components(make_context):
    context = make_context(latent_dim=12)
    result = provide(context)
    walks, pairs = result.figures["latent_traversals"].axes
    cost = context.predictions["validation"].kl_dimensions.mean(axis=0, dtype=np.float64)
    dimensions = np.argsort(-cost)[:8].tolist()
    assert result.data["dimensions"] == dimensions
    assert (result.data["pairs"], result.data["components_compared"]) == (4, 0)
    words = [text.get_text() for text in walks.texts]
    assert words[:8] == [f"z{d}: {cost[d]:.2f} nats" for d in dimensions]
    assert words[8:] == [
        "−3.0σ",
        "−2.4σ",
        "−1.8σ",
        "−1.2σ",
        "−0.6σ",
        "mean",
        *(f"+{x}σ" for x in (0.6, 1.2, 1.8, 2.4, 3.0)),
    ]
    by_use = np.argsort(-context.usage()).tolist()
    assert result.data["center_component"] == by_use[0]
    assert [text.get_text() for text in pairs.texts] == [
        f"c={one} to c={other}" for one, other in itertools.pairwise(by_use[:5])
    ]
    codes, components = walks_along_dimensions(context, by_use[0], np.array(dimensions))
    expected = context.queries.decode(codes, components).reshape(8, STEPS, 6, 6)
    found = walks.images[0].get_array()  # images of 6 pixels and gaps of 1
    np.testing.assert_allclose(found[7 : 7 + 6, 21 : 21 + 6], expected[1, 3], rtol=1e-5)


def test_one_component_has_no_pairs(make_context):
    result = provide(make_context(num_components=1, classifier="none", latent_dim=1))
    assert result.data == {"dimensions": [0], "center_component": 0, "pairs": 0, "components_compared": 0}
    [axes] = result.figures["latent_traversals"].axes
    assert axes.images[0].get_array().shape == (6, STEPS * 7 - 1)
    assert "of the prior" in result.figures["latent_traversals"].texts[1].get_text()


def _tied(context):
    prior = dataclasses.replace(context.config.prior, learn_means=False, init_radius=0.0)
    means = np.zeros_like(context.prior.means)
    return dataclasses.replace(
        context,
        config=dataclasses.replace(context.config, prior=prior),
        prior=dataclasses.replace(context.prior, means=means),
    )


def test_components_that_share_one_place_are_compared_at_the_same_codes(make_context):
    context = _tied(make_context(num_components=20, latent_dim=2))
    result = provide(context)
    shown = most_used(context, 10)
    assert (result.data["pairs"], result.data["components_compared"]) == (0, 10)
    _, compared = result.figures["latent_traversals"].axes
    assert [text.get_text() for text in compared.texts] == [
        component_title(context, c) for c in shown.tolist()
    ]
    assert "all components share one p(z)" in result.figures["latent_traversals"].texts[2].get_text()
    codes, components = codes_under_each_component(context, shown)
    codes = codes.reshape(10, STEPS, 2)
    assert (codes == codes[0]).all()
    assert len(np.unique(codes[0])) == 2 * STEPS
    np.testing.assert_array_equal(components.reshape(10, STEPS), np.tile(shown[:, None], STEPS))
