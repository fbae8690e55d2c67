"""Oracle 11: errors of calibration. The worked value was computed by hand, the others by loops over bins."""

import numpy as np
import pytest
import scipy.stats

from ssvae.evaluation.metrics.class_probs import (
    adaptive_calibration_error,
    area_under_risk_coverage,
    brier_score,
    calibration_error,
    log_loss,
)

ERRORS = [calibration_error, adaptive_calibration_error]
CONFIDENCES, IS_CORRECT = np.array([0.95, 0.85, 0.65, 0.55, 0.95]), np.array([1, 1, 0, 1, 0])


def claims(seed: int, count: int = 400):
    """Confidences and outcomes that are right less often than claimed."""
    rng = np.random.default_rng(seed)
    confidences = rng.beta(4, 1.5, count)
    return confidences, (rng.uniform(size=count) < confidences**1.5).astype(int)


def test_worked_value():
    assert calibration_error(CONFIDENCES, IS_CORRECT, bins=10) == pytest.approx(0.43, rel=1e-9)


def test_worked_value_of_equal_portions():
    # In order of confidence: .55 right, .65 wrong, .85 right, and two of .95, one right. Portions of 3 and of 2.
    expected = abs((1 + 0 + 1) - (0.55 + 0.65 + 0.85)) / 5 + abs((1 + 0) - 2 * 0.95) / 5
    assert adaptive_calibration_error(CONFIDENCES, IS_CORRECT, bins=2) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("bins", [1, 10, 15])
@pytest.mark.parametrize("seed", range(3))
def test_equal_width_agrees_with_a_statistic_per_bin(seed, bins):
    confidences, is_correct = claims(seed)
    # scipy's bins hold their left edge; of the mirrored confidences that is the right one.
    sums = scipy.stats.binned_statistic(
        1 - confidences, is_correct - confidences, "sum", bins=bins, range=(0, 1)
    )
    expected = np.abs(sums.statistic).sum() / len(confidences)
    assert calibration_error(confidences, is_correct, bins) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("bins", [1, 10, 15])
@pytest.mark.parametrize("seed", range(3))
def test_equal_mass_agrees_with_a_loop_over_portions(seed, bins):
    confidences, is_correct = claims(seed)
    portions = np.array_split(np.argsort(confidences), bins)
    expected = sum(
        len(rows) / len(confidences) * abs(is_correct[rows].mean() - confidences[rows].mean())
        for rows in portions
    )
    assert adaptive_calibration_error(confidences, is_correct, bins) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("error", ERRORS)
def test_the_default_is_fifteen_bins(error):
    confidences, is_correct = claims(0)
    assert error(confidences, is_correct) == error(confidences, is_correct, bins=15)
    assert error(confidences, is_correct) != error(confidences, is_correct, bins=10)


@pytest.mark.parametrize("error", ERRORS)
def test_deserved_confidence_has_no_error(error):
    confidences = np.repeat([0.25, 0.5, 0.75, 1.0], 4)
    is_correct = np.array([1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1])
    assert error(confidences, is_correct, bins=4) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("error", ERRORS)
def test_it_is_at_least_the_gap_of_the_means_and_at_most_one(error):
    for seed in range(5):
        confidences, is_correct = claims(seed)
        assert abs(is_correct.mean() - confidences.mean()) - 1e-12 <= error(confidences, is_correct) <= 1
    assert error(np.ones(9), np.zeros(9, dtype=int)) == 1


@pytest.mark.parametrize("error", ERRORS)
def test_the_order_of_images_plays_no_part(error):
    confidences, is_correct = claims(1)
    confidences = confidences.round(1)  # many ties
    order = np.random.default_rng(3).permutation(len(confidences))
    assert error(confidences[order], is_correct[order]) == pytest.approx(
        error(confidences, is_correct), rel=1e-9
    )


def test_chance_on_balanced_classes_has_no_error_so_proper_scores_stand_beside_it():
    probs, labels = np.full((100, 10), 0.1), np.repeat(np.arange(10), 10)
    is_correct = (probs.argmax(axis=1) == labels).astype(int)
    for error in ERRORS:
        assert error(probs.max(axis=1), is_correct) == pytest.approx(0, abs=1e-12)
    assert log_loss(probs, labels) == pytest.approx(np.log(10), rel=1e-9)
    assert brier_score(probs, labels) == pytest.approx(0.9, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_area_under_the_risk_is_the_mean_of_a_loop_over_thresholds(seed):
    confidences, is_correct = claims(seed)
    risks = [1 - is_correct[confidences >= threshold].mean() for threshold in confidences]
    assert area_under_risk_coverage(confidences, is_correct) == pytest.approx(np.mean(risks), rel=1e-9)


def test_the_area_under_the_risk_with_ties_is_the_mean_over_their_orders():
    confidences, is_correct = claims(1, 60)
    confidences = confidences.round(1)
    rng = np.random.default_rng(9)
    areas = []
    for _ in range(3000):
        order = np.lexsort((rng.uniform(size=60), -confidences))
        areas.append(np.mean(np.cumsum(1 - is_correct[order]) / np.arange(1, 61)))
    error = np.std(areas) / np.sqrt(len(areas))
    assert area_under_risk_coverage(confidences, is_correct) == pytest.approx(np.mean(areas), abs=4 * error)
