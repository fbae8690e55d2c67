"""Classical methods that learn from the same few labels: what a model has to beat to have earned its keep.

In: images as rows of numbers, the labels that were seen. Out: predicted classes. Imports scikit-learn when it is asked.
Not here: which images those are, how often a method is right (baselines.py).

None has a setting that was chosen on test images, or differs from one data set to another but by the rules below.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from ssvae.evaluation.metrics.evenly import evenly

__all__ = ["BASELINES", "Answers", "Method", "Shown", "settings_of"]

MANY_VALUES = 100
"""An image of more values is reduced to its leading principal components before distances are measured: among hundreds
of pixels most of a distance is noise."""

COMPONENTS = 50
"""Principal components that are kept then."""

POOL = 20_000
"""Unlabeled training images that label spreading sees at most: its graph takes minutes beyond."""

UNKNOWN = -1
"""Stands for the label of an image that does not show it; scikit-learn's own convention."""


class Shown(NamedTuple):
    """What a method may learn from."""

    rows: Float[np.ndarray, "example value"]
    """All training images, brightness from 0 to 1."""
    labels: Int[np.ndarray, " example"]
    """Their labels, UNKNOWN where training does not see it."""

    def labeled(self) -> Bool[np.ndarray, " example"]:
        """True for an image that shows its label."""
        return self.labels != UNKNOWN


class Answers(NamedTuple):
    """What a method says of other images."""

    classes: Int[np.ndarray, " other"]
    has_answer: Bool[np.ndarray, " other"]
    """False where the method could only guess: no label reaches the image."""


Method = Callable[[Shown, np.ndarray], Answers]
"""(what is shown, other images as rows) → answers."""


def logistic_regression(shown: Shown, others: Float[np.ndarray, "other value"]) -> Answers:
    """Linear in the pixels, with scikit-learn's own penalty; of the labeled images alone."""
    from sklearn.linear_model import LogisticRegression

    is_labeled = shown.labeled()
    # It stops when it has converged; 100 steps, the default, are too few for some data sets.
    fitted = LogisticRegression(max_iter=5000).fit(shown.rows[is_labeled], shown.labels[is_labeled])
    return _certain(fitted.predict(others))


def knn(shown: Shown, others: Float[np.ndarray, "other value"]) -> Answers:
    """The class of the nearest labeled image."""
    from sklearn.neighbors import KNeighborsClassifier

    rows, others = _reduced(shown.rows, others)
    is_labeled = shown.labeled()
    fitted = KNeighborsClassifier(1).fit(rows[is_labeled], shown.labels[is_labeled])
    return _certain(fitted.predict(others))


def support_vectors(shown: Shown, others: Float[np.ndarray, "other value"]) -> Answers:
    """Gaussian kernels around labeled images."""
    from sklearn.svm import SVC

    rows, others = _reduced(shown.rows, others)
    is_labeled = shown.labeled()
    return _certain(SVC(C=10).fit(rows[is_labeled], shown.labels[is_labeled]).predict(others))


def label_spreading(shown: Shown, others: Float[np.ndarray, "other value"]) -> Answers:
    """Labels flow along the graph of nearest neighbors of labeled and unlabeled training images.

    In the end each class is scaled to hold the share of the graph that it has of the labels: else the classes whose
    images lie close together take what lies between.

    Source: Zhou et al. 2004, Learning with local and global consistency; class mass normalization: Zhu, Ghahramani &
    Lafferty 2003, Semi-supervised learning using Gaussian fields and harmonic functions, section 4.
    """
    from sklearn.semi_supervised import LabelSpreading

    unlabeled = np.flatnonzero(~shown.labeled())
    pool = np.sort(np.append(np.flatnonzero(shown.labeled()), unlabeled[evenly(len(unlabeled), POOL)]))
    neighbors, alpha = _graph(shown.rows.shape[1])
    rows, others = _reduced(shown.rows[pool], others)
    labels = shown.labels[pool]
    spreading = LabelSpreading("knn", n_neighbors=min(neighbors, len(rows)), alpha=alpha, max_iter=1000)
    # An image whose neighbors no label reaches has the sum 0, and 0 / 0 for its probabilities.
    with np.errstate(invalid="ignore"):
        probs = spreading.fit(rows, labels).predict_proba(others)
    shares = np.unique(labels[labels != UNKNOWN], return_counts=True)[1] / spreading.label_distributions_.sum(
        axis=0
    )
    probs = probs * shares
    # `argmax` makes the first class of NaN, as scikit-learn's own `predict` does.
    return Answers(spreading.classes_[probs.argmax(axis=1)], np.isfinite(probs[:, 0]))


def settings_of(name: str, num_values: int) -> str:
    """How a method of `BASELINES` is set, for images of that many values, in words."""
    rows = f"{COMPONENTS} principal components" if num_values > MANY_VALUES else "pixels"
    neighbors, alpha = _graph(num_values)
    return {
        "logistic_regression": "pixels, C = 1",
        "knn": f"1 neighbor, {rows}",
        "support_vectors": f"Gaussian kernel, C = 10, {rows}",
        "label_spreading": f"{neighbors} neighbors, α = {alpha}, {rows}, class masses as among the labels, "
        f"at most {POOL} unlabeled images",
    }.get(name, "as its plugin sets it")


def _graph(num_values: int) -> tuple[int, float]:
    """Neighbors and α of label spreading: tight for small images, far-reaching where labels are few among many."""
    return (10, 0.99) if num_values > MANY_VALUES else (7, 0.8)


def _reduced(
    rows: Float[np.ndarray, "example value"], others: Float[np.ndarray, "other value"]
) -> tuple[Float[np.ndarray, "example part"], Float[np.ndarray, "other part"]]:
    """Both in the principal components of the first, where images have many values."""
    if rows.shape[1] <= MANY_VALUES:
        return rows, others
    from sklearn.decomposition import PCA

    # Exact and without chance, unlike what scikit-learn would choose for large arrays.
    fitted = PCA(min(COMPONENTS, len(rows)), svd_solver="covariance_eigh").fit(rows)
    return fitted.transform(rows), fitted.transform(others)


def _certain(classes: Int[np.ndarray, " other"]) -> Answers:
    return Answers(classes, np.ones(len(classes), bool))


BASELINES: dict[str, Method] = {
    "logistic_regression": logistic_regression,
    "knn": knn,
    "support_vectors": support_vectors,
    "label_spreading": label_spreading,
}
"""What `evaluation.baselines` may list."""
