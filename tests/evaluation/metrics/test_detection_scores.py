"""The area under the ROC curve against printed values, scipy and scikit-learn."""

import numpy as np
import pytest
import scipy.stats
from sklearn.metrics import roc_auc_score

from ssvae.evaluation.metrics.detection_scores import auroc, auroc_standard_error, ood_scores

INSIDE, OUTSIDE = np.array([0.9, 0.8, 0.4]), np.array([0.5, 0.3])


def test_the_worked_example():
    assert auroc(INSIDE, OUTSIDE) == pytest.approx(5 / 6)
    assert auroc(-INSIDE, -OUTSIDE) == pytest.approx(1 / 6)


def test_order_is_all_that_counts():
    assert auroc(np.array([3.0, 2.0]), np.array([1.0, 0.0, -5.0])) == 1
    assert auroc(np.array([0.0]), np.array([1.0, 2.0])) == 0
    assert auroc(np.exp(INSIDE * 9), np.exp(OUTSIDE * 9)) == auroc(INSIDE, OUTSIDE)
    assert auroc(INSIDE[[2, 0, 1]], OUTSIDE[::-1].copy()) == auroc(INSIDE, OUTSIDE)


def test_ties_count_one_half():
    assert auroc(np.full(4, 0.7), np.full(9, 0.7)) == 0.5
    assert auroc(np.array([1.0, 0.0]), np.array([0.0])) == 0.75


@pytest.mark.parametrize("decimals", [1, 2, 8])
def test_it_agrees_with_scipy_and_scikit_learn_with_many_ties_and_few(decimals):
    rng = np.random.default_rng(decimals)
    inside, outside = rng.normal(0.8, 1, 70).round(decimals), rng.normal(0, 1, 45).round(decimals)
    is_inside = np.repeat([1, 0], [70, 45])
    expected = roc_auc_score(is_inside, np.concatenate([inside, outside]))
    assert auroc(inside, outside) == pytest.approx(expected, abs=1e-12)
    statistic = scipy.stats.mannwhitneyu(inside, outside).statistic
    assert auroc(inside, outside) == pytest.approx(statistic / (70 * 45), abs=1e-12)
    assert auroc(-inside, -outside) == pytest.approx(1 - expected, abs=1e-12)
    assert auroc(outside, inside) == pytest.approx(1 - expected, abs=1e-12)


def test_infinite_scores_have_their_place():
    assert auroc(np.array([0.0, np.inf]), np.array([-np.inf, 1.0])) == 0.75


def test_nan_is_not_hidden():
    assert np.isnan(auroc(np.array([np.nan, 1.0]), OUTSIDE))
    assert np.isnan(auroc(INSIDE, np.array([np.nan])))


@pytest.mark.parametrize(("inside", "outside"), [([], [0.5, 0.3]), ([0.9], [])])
def test_one_empty_side_is_named(inside, outside):
    expected = f"compares two sets of scores, got {len(inside)} inside and {len(outside)} outside"
    with pytest.raises(ValueError, match=expected):
        auroc(np.array(inside, float), np.array(outside, float))


def test_the_standard_error_of_the_worked_example():
    """An area of 0.893 from 51 and 58 images: Q1 = 0.8067, Q2 = 0.8425, variance 3.126 / 2958."""
    assert auroc_standard_error(0.893, 51, 58) == pytest.approx(0.0325, abs=1e-4)


@pytest.mark.parametrize("rate", [0.8, 3.0])
def test_the_standard_error_is_what_new_draws_change_the_area_by(rate):
    """Exponential scores, for which the formula is exact."""
    rng = np.random.default_rng(1)
    areas = [auroc(rng.exponential(rate, 60), rng.exponential(1.0, 25)) for _ in range(2000)]
    expected = auroc_standard_error(rate / (1 + rate), 60, 25)
    assert np.std(areas) == pytest.approx(expected, rel=0.07)  # four standard errors of a spread of 2000


def test_the_standard_error_is_that_of_the_opposite_score():
    assert auroc_standard_error(0.8, 60, 25) == pytest.approx(auroc_standard_error(0.2, 25, 60))
    assert auroc_standard_error(0.0, 60, 25) == auroc_standard_error(1.0, 60, 25) == 0
    assert auroc_standard_error(0.5, 1, 1) == 0.5
    assert np.isnan(auroc_standard_error(float("nan"), 3, 4))


def test_strange_is_what_no_class_claims():
    probs = np.array([[1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.2, 0.1, 0.7]], np.float32)
    np.testing.assert_allclose(ood_scores(probs), [0, 2 / 3, 0.3], atol=1e-7)
    assert ood_scores(probs).dtype == np.float64
