"""Scores of a clustering against printed values, enumeration of pairings, and scikit-learn."""

import itertools

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from ssvae.evaluation.metrics.cluster_scores import (
    adjusted_rand_index,
    contingency,
    hungarian_accuracy,
    normalized_information,
    purity,
)

SCORES = [hungarian_accuracy, purity, normalized_information, adjusted_rand_index]
IDENTITY = np.diag([4, 3, 2])


@pytest.fixture(params=[(3, 3), (7, 3), (2, 5)], ids="{0[0]} for {0[1]}".format)
def random_case(request):
    """Clusters, labels and their table, with clusters that lean to a class."""
    num_clusters, num_classes = request.param
    rng = np.random.default_rng(5)
    labels = rng.integers(0, num_classes, 120)
    clusters = (
        np.where(rng.uniform(size=120) < 0.6, labels, rng.integers(0, num_clusters, 120)) % num_clusters
    )
    return clusters, labels, contingency(clusters, labels, num_clusters, num_classes)


def test_the_table_counts_every_image_in_its_cell():
    table = contingency(np.array([0, 2, 2, 0]), np.array([1, 0, 1, 1]), 4, 2)
    np.testing.assert_array_equal(table, [[0, 2], [0, 0], [1, 1], [0, 0]])


def test_many_cells_do_not_overflow_narrow_integers():
    table = contingency(np.array([399], np.int16), np.array([99], np.int16), 400, 100)
    assert table[399, 99] == table.sum() == 1


def test_accuracy_is_that_of_the_best_pairing_of_all():
    for seed in range(20):
        table = np.random.default_rng(seed).integers(0, 9, (4, 3))
        best = max(
            sum(table[row, column] for column, row in enumerate(rows))
            for rows in itertools.permutations(range(4), 3)
        )
        assert hungarian_accuracy(table) == best / table.sum()
        assert hungarian_accuracy(table.T.copy()) == best / table.sum()


def test_taking_the_largest_cell_first_is_not_the_best_pairing():
    assert hungarian_accuracy(np.array([[10, 9], [9, 1]])) == 18 / 29


def test_information_and_rand_index_agree_with_scikit_learn(random_case):
    clusters, labels, table = random_case
    expected = sklearn_metrics.normalized_mutual_info_score(labels, clusters)
    assert normalized_information(table) == pytest.approx(expected, abs=1e-12)
    expected = sklearn_metrics.adjusted_rand_score(labels, clusters)
    assert adjusted_rand_index(table) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "table",
    [[[5]], [[2, 3]], [[2], [3]], [[1, 0], [0, 1]], [[1, 1], [1, 1]], [[1], [1]], [[1, 1]], [[2, 0], [0, 0]]],
    ids=str,
)
def test_extreme_partitions_agree_with_scikit_learn(table):
    clusters, labels = (
        np.repeat(rows, np.ravel(table)) for rows in map(np.ravel, np.indices(np.shape(table)))
    )
    expected = sklearn_metrics.normalized_mutual_info_score(labels, clusters)
    assert normalized_information(np.array(table)) == pytest.approx(expected, abs=1e-12)
    expected = sklearn_metrics.adjusted_rand_score(labels, clusters)
    assert adjusted_rand_index(np.array(table)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("score", SCORES)
def test_the_same_partition_scores_one_whatever_its_parts_are_called(score):
    assert score(IDENTITY) == pytest.approx(1.0, abs=1e-12)
    assert score(IDENTITY[[2, 0, 1]]) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("score", SCORES)
def test_numbering_of_clusters_and_classes_changes_no_score(random_case, score):
    table = random_case[2]
    rng = np.random.default_rng(8)
    shuffled = table[rng.permutation(len(table))][:, rng.permutation(table.shape[1])]
    assert score(shuffled) == pytest.approx(score(table), abs=1e-12)


@pytest.mark.parametrize("score", SCORES)
def test_clusters_and_classes_without_images_change_no_score(random_case, score):
    table = random_case[2]
    padded = np.pad(table, ((0, 2), (0, 1)))
    assert score(padded) == pytest.approx(score(table), abs=1e-12)


def test_accuracy_never_exceeds_purity(random_case):
    table = random_case[2]
    assert hungarian_accuracy(table) <= purity(table) <= 1


def test_splitting_a_cluster_raises_purity_and_never_accuracy():
    whole = np.array([[6, 4], [1, 9]])
    split = np.array([[6, 0], [0, 4], [1, 9]])
    assert purity(split) > purity(whole)
    assert hungarian_accuracy(split) <= hungarian_accuracy(whole)


def test_independent_partitions_score_nothing():
    even = np.full((3, 4), 50)
    assert normalized_information(even) == pytest.approx(0, abs=1e-12)
    assert normalized_information(even) >= 0
    assert adjusted_rand_index(even) == pytest.approx(0, abs=0.01)


def test_counts_of_a_large_data_set_do_not_overflow():
    rng = np.random.default_rng(0)
    table = rng.integers(0, 10**5, (5, 5))
    # Pairs of a million images: 5e11, and the square of that. A tenth of the images is nearly the same partition.
    assert adjusted_rand_index(table) == pytest.approx(adjusted_rand_index(table // 10), rel=1e-2)
