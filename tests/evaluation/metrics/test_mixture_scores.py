"""Components compared with each other: means over their images, and the two nearest."""

import numpy as np
import pytest
import scipy.stats
from scipy.spatial.distance import mahalanobis

from ssvae.evaluation.metrics.mixture_scores import closest_pair, divergence, mean_per_component
from ssvae.evaluation.metrics.responsibilities import information

RNG = np.random.default_rng(5)
MEANS, STDS = RNG.normal(size=(7, 3)), RNG.uniform(0.5, 2, (7, 3))


def test_the_mean_of_a_component_weighs_images_by_their_responsibility():
    rows = RNG.dirichlet(np.ones(3), size=50)
    values = RNG.normal(size=50)
    found = mean_per_component(values, rows)
    assert found == pytest.approx([np.average(values, weights=rows[:, c]) for c in range(3)])
    shared = np.average([number for number in found if number is not None], weights=rows.sum(axis=0))
    assert shared == pytest.approx(values.mean())


def test_a_component_without_images_has_no_mean():
    assert mean_per_component(np.array([1.0, 3.0]), np.array([[1.0, 0.0], [1.0, 0.0]])) == [2.0, None]


def test_the_nearest_pair_is_that_of_scipy():
    distances = {
        (one, other): mahalanobis(MEANS[one], MEANS[other], np.diag(2 / (STDS[one] ** 2 + STDS[other] ** 2)))
        for one in range(7)
        for other in range(one + 1, 7)
    }
    found = closest_pair(MEANS, STDS, np.ones(7, bool))
    assert found is not None
    assert found.components == min(distances, key=lambda pair: distances[pair])
    assert found.distance == pytest.approx(min(distances.values()))


def test_only_those_considered_take_part():
    considered = np.array([False, True, False, False, True, False, False])
    found = closest_pair(MEANS, STDS, considered)
    assert found is not None
    assert found.components == (1, 4)
    assert closest_pair(MEANS, STDS, np.arange(7) == 3) is None
    assert closest_pair(MEANS, STDS, np.zeros(7, bool)) is None


def test_two_unit_gaussians_four_apart_are_four_apart():
    """On a circle of radius 2 / sin(π / K) neighbors are 4 standard deviations apart."""
    angles = 2 * np.pi * np.arange(10) / 10
    circle = 2 / np.sin(np.pi / 10) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = closest_pair(circle, np.ones((10, 2)), np.ones(10, bool))
    assert found is not None
    assert found.distance == pytest.approx(4.0)


def test_the_divergence_of_usage_is_scipys():
    usage, weights = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.2, 0.3, 0.4])
    assert divergence(usage, weights) == pytest.approx(scipy.stats.entropy(usage, weights))
    assert divergence(weights, weights) == 0
    assert np.isfinite(divergence(usage, np.array([0.0, 0.5, 0.5, 0.0])))


def test_kl_c_is_information_and_the_divergence_of_usage():
    """Hoffman & Johnson 2016: mean KL(q(c|x) ‖ π) = I(x; c) + KL(p̄ ‖ π)."""
    rng = np.random.default_rng(2)
    responsibilities, weights = rng.dirichlet(np.full(5, 0.3), 80), rng.dirichlet(np.ones(5))
    kl_c = scipy.stats.entropy(responsibilities, weights[None], axis=1).mean()
    usage = responsibilities.mean(axis=0)
    assert information(responsibilities) + divergence(usage, weights) == pytest.approx(kl_c)
