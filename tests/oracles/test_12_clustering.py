"""Oracle 12: clusters against classes. Numbers computed with scipy and scikit-learn."""

import numpy as np
import pytest
import scipy.optimize
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from ssvae.evaluation.metrics.cluster_scores import (
    adjusted_rand_index,
    contingency,
    hungarian_accuracy,
    normalized_information,
    purity,
)

LABELS, CLUSTERS = np.array([0, 0, 0, 1, 1, 1, 2, 2]), np.array([2, 2, 0, 0, 0, 0, 1, 1])
SCORES = [hungarian_accuracy, purity, normalized_information, adjusted_rand_index]


def test_worked_values():
    table = contingency(CLUSTERS, LABELS, 3, 3)
    assert hungarian_accuracy(table) == 0.875
    assert purity(table) == 0.875
    assert normalized_information(table) == pytest.approx(0.7550042925, rel=1e-9)
    assert adjusted_rand_index(table) == pytest.approx(0.5454545455, rel=1e-9)


def test_one_cluster_per_image_is_pure_and_useless():
    table = contingency(np.arange(8), LABELS, 8, 3)
    assert purity(table) == 1
    assert hungarian_accuracy(table) == 3 / 8
    assert normalized_information(table) == pytest.approx(0.6846, abs=5e-5)
    assert adjusted_rand_index(table) == 0


def test_the_greedy_pairing_is_a_trap():
    table = np.array([[10, 9], [9, 1]])
    assert hungarian_accuracy(table) * table.sum() == pytest.approx(18)
    greedy = table[0, 0] + table[1, 1]
    assert greedy == 11


@pytest.mark.parametrize(("num_clusters", "num_classes"), [(10, 10), (20, 10), (100, 10), (4, 10), (1, 10)])
def test_any_numbers_of_clusters_and_classes_agree_with_scipy_and_scikit_learn(num_clusters, num_classes):
    rng = np.random.default_rng(num_clusters)
    labels = rng.integers(0, num_classes, 600)
    clusters = (
        labels + num_classes * rng.integers(0, 10, 600) + (rng.uniform(size=600) < 0.3)
    ) % num_clusters
    table = contingency(clusters, labels, num_clusters, num_classes)
    pairs = scipy.optimize.linear_sum_assignment(-table)
    assert hungarian_accuracy(table) == table[pairs].sum() / 600
    assert purity(table) == sum(np.bincount(labels[clusters == c]).max() for c in set(clusters)) / 600
    assert normalized_information(table) == pytest.approx(
        normalized_mutual_info_score(labels, clusters, average_method="arithmetic"), rel=1e-9, abs=1e-12
    )
    assert adjusted_rand_index(table) == pytest.approx(
        adjusted_rand_score(labels, clusters), rel=1e-9, abs=1e-12
    )
    assert hungarian_accuracy(table) <= purity(table)


@pytest.mark.parametrize("score", SCORES)
def test_names_of_clusters_and_classes_play_no_part(score):
    rng = np.random.default_rng(1)
    clusters, labels = rng.integers(0, 7, 90), rng.integers(0, 4, 90)
    new_clusters, new_labels = rng.permutation(7)[clusters], rng.permutation(4)[labels]
    expected = score(contingency(clusters, labels, 7, 4))
    assert score(contingency(new_clusters, new_labels, 7, 4)) == pytest.approx(expected, rel=1e-9)
