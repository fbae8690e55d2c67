"""Scores of a clustering against classes it was not told. Pure formulas.

In: counts of images by cluster and class. Out: Hungarian accuracy, purity, mutual information, Rand index.
Not here: which split, how an image gets its cluster (clustering.py).

All are invariant to how clusters and classes are numbered, and none needs as many clusters as classes.
"""

import numpy as np
from jaxtyping import Int

from ssvae.evaluation.metrics.responsibilities import entropy

__all__ = [
    "adjusted_rand_index",
    "contingency",
    "hungarian_accuracy",
    "normalized_information",
    "purity",
]


def contingency(
    clusters: Int[np.ndarray, " example"],
    labels: Int[np.ndarray, " example"],
    num_clusters: int,
    num_classes: int,
) -> Int[np.ndarray, "component class_"]:
    """Counts of images by cluster (row) and true class (column); empty rows and columns are allowed."""
    cells = clusters.astype(np.int64) * num_classes + labels
    return np.bincount(cells, minlength=num_clusters * num_classes).reshape(num_clusters, num_classes)


def hungarian_accuracy(table: Int[np.ndarray, "component class_"]) -> float:
    """Share of images that are right when clusters are paired with classes one to one, in the best way there is.

    Clusters beyond the number of classes go without a class, and all their images count as wrong; so do the
    images of classes beyond the number of clusters.

    Returns:
        From 0 to 1, never above `purity`.

    Source: Kuhn 1955, The Hungarian method for the assignment problem.
    """
    from scipy.optimize import linear_sum_assignment

    # Taking the largest cell first is not enough: of [[10, 9], [9, 1]] it gets 11, the best pairing 18.
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / table.sum())


def purity(table: Int[np.ndarray, "component class_"]) -> float:
    """Share of images that are of the most frequent class of their cluster, up to 1.

    Clusters may share a class, so it grows with their number: one cluster per image has purity 1.
    """
    return float(table.max(axis=1).sum() / table.sum())


def normalized_information(table: Int[np.ndarray, "component class_"]) -> float:
    """I(cluster; class) / ½ (H(cluster) + H(class)), from 0 (independent) to 1 (the same partition).

    The arithmetic mean in the denominator is one of several in use. 1 when there is one cluster and one class.

    Source: Vinh, Epps & Bailey 2010, Information theoretic measures for clusterings comparison.
    """
    joint = table / table.sum()
    parts = float(entropy(joint.sum(axis=1)) + entropy(joint.sum(axis=0)))
    if parts == 0:
        return 1.0
    # Rounding leaves independent partitions a hair below 0.
    return max(0.0, 2 * (parts - float(entropy(joint.ravel()))) / parts)


def adjusted_rand_index(table: Int[np.ndarray, "component class_"]) -> float:
    """How much better than chance the clusters tell pairs of one class from pairs of two.

    Returns:
        1 for the same partition, 0 on average for a random one with clusters of these sizes, negative below that.

    Source: Hubert & Arabie 1985, Comparing partitions.
    """
    together, in_cluster, in_class = _pairs(table), _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    if together == in_cluster == in_class:
        return 1.0  # the same partition; with one part, or as many as images, the ratio below would be 0 / 0
    expected = in_cluster * in_class / _pairs(table.sum(keepdims=True))
    return (together - expected) / ((in_cluster + in_class) / 2 - expected)


def _pairs(counts: Int[np.ndarray, "*any"]) -> float:
    """Pairs that can be drawn from within groups of these sizes. A float: the product of two may pass int64."""
    return float(np.sum(counts * (counts - 1)) / 2)
