"""Oracle 13: telling strange images from known ones. Numbers computed with scipy and by counting pairs."""

import numpy as np
import pytest
import scipy.stats

from ssvae.evaluation.metrics.detection_scores import auroc, ood_scores
from ssvae.evaluation.metrics.tau_classifier import certainty

INSIDE, OUTSIDE = np.array([0.9, 0.8, 0.4]), np.array([0.5, 0.3])


def test_worked_value():
    assert auroc(INSIDE, OUTSIDE) == pytest.approx(0.8333333, rel=1e-6)


def test_ties_count_one_half():
    assert auroc(np.full(7, 0.2), np.full(3, 0.2)) == 0.5


def test_reversing_the_sign_reverses_the_area():
    assert auroc(-INSIDE, -OUTSIDE) == pytest.approx(1 - 0.8333333, rel=1e-6)


@pytest.mark.parametrize("levels", [2, 10, 10**9])
def test_it_is_the_share_of_pairs_in_the_right_order(levels):
    rng = np.random.default_rng(levels)
    inside = np.round(rng.beta(5, 2, 40) * levels) / levels
    outside = np.round(rng.beta(2, 2, 25) * levels) / levels
    pairs = [(i > o) + 0.5 * (i == o) for i in inside for o in outside]
    assert auroc(inside, outside) == pytest.approx(np.mean(pairs), rel=1e-9)
    ranks = scipy.stats.rankdata(np.concatenate([inside, outside]))  # mid-ranks
    statistic = ranks[:40].sum() - 40 * 41 / 2
    assert auroc(inside, outside) == pytest.approx(statistic / (40 * 25), rel=1e-9)
    assert auroc(-inside, -outside) == pytest.approx(1 - np.mean(pairs), rel=1e-9)


def test_doubt_between_components_of_one_class_is_no_strangeness():
    """Two scores of the same images: by component a shared image looks strange, by class it does not."""
    tau = np.array([[0.98, 0.02], [0.98, 0.02], [0.02, 0.98]])
    shared = np.tile([[0.5, 0.5, 0.0]], (6, 1))  # a known digit in two styles
    torn = np.tile([[0.5, 0.0, 0.5]], (6, 1))  # an image between two digits
    assert auroc(-ood_scores(shared @ tau), -ood_scores(torn @ tau)) == 1
    assert auroc(certainty(shared, tau), certainty(torn, tau)) == 0.5


def test_strangeness_by_class_never_exceeds_strangeness_by_component():
    rng = np.random.default_rng(9)
    responsibilities, tau = rng.dirichlet(np.full(12, 0.2), 500), rng.dirichlet(np.full(10, 0.2), 12)
    assert (ood_scores(responsibilities @ tau) <= 1 - certainty(responsibilities, tau) + 1e-12).all()
