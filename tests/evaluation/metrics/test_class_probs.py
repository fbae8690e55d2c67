"""Scores of class probabilities against printed values and scikit-learn."""

import math

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from ssvae.evaluation.metrics.class_probs import (
    accuracy,
    accuracy_at,
    accuracy_per_class,
    adaptive_calibration_error,
    area_under_risk_coverage,
    brier_score,
    calibration_bins,
    calibration_error,
    confusion_matrix,
    log_loss,
    risk_coverage,
    standard_error,
)

RNG = np.random.default_rng(11)
PROBS = RNG.dirichlet(np.full(5, 0.7), size=200)
LABELS = np.where(RNG.uniform(size=200) < 0.6, PROBS.argmax(axis=1), RNG.integers(0, 5, 200))


def test_accuracy_and_confusion_agree_with_scikit_learn():
    predicted = PROBS.argmax(axis=1)
    confusion = confusion_matrix(PROBS, LABELS)
    assert accuracy(PROBS, LABELS) == pytest.approx(sklearn_metrics.accuracy_score(LABELS, predicted))
    np.testing.assert_array_equal(confusion, sklearn_metrics.confusion_matrix(LABELS, predicted))
    np.testing.assert_allclose(
        np.array(accuracy_per_class(confusion), dtype=float),
        sklearn_metrics.recall_score(LABELS, predicted, average=None),
    )
    assert np.trace(confusion) / confusion.sum() == pytest.approx(accuracy(PROBS, LABELS))


def test_confusion_has_true_classes_as_rows():
    probs = np.eye(3)[[1, 1, 2]]  # predictions
    np.testing.assert_array_equal(
        confusion_matrix(probs, np.array([0, 0, 2])), [[0, 2, 0], [0, 0, 0], [0, 0, 1]]
    )


def test_no_images_have_no_accuracy():
    assert accuracy(np.zeros((0, 3)), np.zeros(0, int)) is None
    assert accuracy_per_class(np.array([[2, 2], [0, 0]])) == [0.5, None]


def test_log_loss_agrees_with_scikit_learn_and_the_worked_example():
    assert log_loss(PROBS, LABELS) == pytest.approx(sklearn_metrics.log_loss(LABELS, PROBS), abs=1e-10)
    responsibilities = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    tau = np.array([[2.4, 1.3], [1.6, 1.7]]) / np.array([[3.7], [3.3]])
    probs = responsibilities @ tau
    np.testing.assert_allclose(probs[0], [0.615889, 0.384111], atol=1e-6)
    assert log_loss(probs, np.array([0, 1, 0])) == pytest.approx(0.5958605843, abs=1e-8)


def test_calling_the_truth_impossible_costs_infinitely_much():
    assert log_loss(np.array([[1.0, 0.0]]), np.array([1])) == math.inf


def test_brier_score_agrees_with_its_definition():
    expected = np.square(PROBS - np.eye(5)[LABELS]).sum(axis=1).mean()
    assert brier_score(PROBS, LABELS) == pytest.approx(expected, abs=1e-12)
    scikit_learns = sklearn_metrics.brier_score_loss(LABELS, PROBS, scale_by_half=False)
    assert brier_score(PROBS, LABELS) == pytest.approx(scikit_learns, abs=1e-10)
    assert brier_score(np.eye(3), np.array([0, 1, 2])) == 0
    assert brier_score(np.eye(3), np.array([1, 2, 0])) == 2


def test_calibration_error_of_the_worked_example():
    confidences, is_correct = np.array([0.95, 0.85, 0.65, 0.55, 0.95]), np.array([1, 1, 0, 1, 0])
    assert calibration_error(confidences, is_correct, bins=10) == pytest.approx(0.43, abs=1e-8)


def test_bins_hold_their_right_edge():
    # 0.5 belongs to (0, 0.5] and is certain to be wrong there; alone in a bin the gaps cannot cancel.
    together = calibration_error(np.array([0.5, 0.25]), np.array([1, 0]), bins=2)
    assert together == pytest.approx(abs(1 - 0.75) / 2)
    apart = calibration_error(np.array([0.51, 0.25]), np.array([1, 0]), bins=2)
    assert apart == pytest.approx((0.49 + 0.25) / 2)
    assert calibration_error(np.array([0.0, 1.0]), np.array([0, 1])) == 0


def test_calibration_error_is_zero_when_confidence_is_deserved():
    assert calibration_error(np.full(4, 0.75), np.array([1, 1, 1, 0])) == pytest.approx(0, abs=1e-12)
    # Chance-level confidence on balanced classes scores 0 too: proper scores must stand beside it.
    assert calibration_error(np.full(10, 0.1), np.eye(10, dtype=int)[0]) == pytest.approx(0, abs=1e-12)


def test_calibration_error_agrees_with_a_loop_over_bins():
    confidences, is_correct = PROBS.max(axis=1), (PROBS.argmax(axis=1) == LABELS).astype(int)
    total = 0.0
    for low in np.arange(15) / 15:
        inside = (confidences > low) & (confidences <= low + 1 / 15)
        if inside.any():
            total += inside.mean() * abs(is_correct[inside].mean() - confidences[inside].mean())
    assert calibration_error(confidences, is_correct) == pytest.approx(total, abs=1e-10)


def test_bins_of_a_reliability_diagram_agree_with_scikit_learn():
    confidences, is_correct = PROBS.max(axis=1), (PROBS.argmax(axis=1) == LABELS).astype(int)
    found = calibration_bins(confidences, is_correct, bins=8)
    from sklearn.calibration import calibration_curve

    # scikit-learn leaves empty bins out; no confidence here lies on an edge, which it would count to the right.
    share, mean = calibration_curve(is_correct, confidences, n_bins=8)
    np.testing.assert_allclose(found.accuracy[found.counts > 0], share)
    np.testing.assert_allclose(found.confidence[found.counts > 0], mean)
    assert found.counts.sum() == 200


def test_an_empty_bin_has_no_accuracy():
    found = calibration_bins(np.array([0.1, 0.9, 1.0]), np.array([0, 1, 0]), bins=3)
    np.testing.assert_array_equal(found.counts, [1, 0, 2])
    np.testing.assert_array_equal(found.accuracy, [0, np.nan, 0.5])
    np.testing.assert_allclose(found.confidence, [0.1, np.nan, 0.95])


def test_the_risk_of_a_worked_example():
    """Four images; the two in the middle are equally sure, and one of them is wrong."""
    confidences, is_correct = np.array([0.6, 0.9, 0.6, 0.2]), np.array([0, 1, 1, 0])
    curve = risk_coverage(confidences, is_correct)
    np.testing.assert_allclose(curve.coverage, [0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(curve.risk, [0, 0.5 / 2, 1 / 3, 2 / 4])
    assert area_under_risk_coverage(confidences, is_correct) == pytest.approx((0 + 1 / 4 + 1 / 3 + 1 / 2) / 4)


def test_the_order_of_images_plays_no_part_in_the_risk():
    confidences, is_correct = np.round(PROBS.max(axis=1), 1), (PROBS.argmax(axis=1) == LABELS).astype(int)
    order = np.random.default_rng(4).permutation(200)
    one = risk_coverage(confidences, is_correct)
    other = risk_coverage(confidences[order], is_correct[order])
    np.testing.assert_allclose(one.risk, other.risk, atol=1e-12)


def test_the_area_runs_from_errors_last_to_errors_first():
    is_correct = (PROBS.argmax(axis=1) == LABELS).astype(int)
    wrong = 1 - is_correct.mean()
    best, worst = (area_under_risk_coverage(sign * is_correct, is_correct) for sign in (1.0, -1.0))
    clueless = area_under_risk_coverage(np.full(200, 0.5), is_correct)
    assert best < area_under_risk_coverage(PROBS.max(axis=1), is_correct) < worst
    assert clueless == pytest.approx(wrong)
    # The least possible area is that of the accuracy alone: r + (1 − r) log(1 − r), to 1 / n.
    assert best == pytest.approx(wrong + (1 - wrong) * np.log(1 - wrong), abs=1 / 200)


def test_accuracy_rises_where_doubtful_images_are_left_out():
    confidences, is_correct = np.linspace(1, 0, 20), np.array([1] * 16 + [0] * 4)
    assert accuracy_at(0.8, confidences, is_correct) == 1
    assert accuracy_at(0.95, confidences, is_correct) == pytest.approx(16 / 19)
    assert accuracy_at(0.9, confidences, is_correct) == pytest.approx(16 / 18)
    assert accuracy_at(1.0, confidences, is_correct) == pytest.approx(0.8)


def test_adaptive_calibration_error_agrees_with_a_loop_over_equal_portions():
    confidences, is_correct = PROBS.max(axis=1), (PROBS.argmax(axis=1) == LABELS).astype(int)
    order = np.argsort(confidences)
    total = 0.0
    for portion in np.array_split(order, 15):  # 200 images: portions of 14 and of 13
        total += len(portion) / 200 * abs(is_correct[portion].mean() - confidences[portion].mean())
    assert adaptive_calibration_error(confidences, is_correct) == pytest.approx(total, abs=1e-12)


def test_the_number_of_portions_runs_from_one_gap_to_every_gap():
    confidences, is_correct = PROBS.max(axis=1), (PROBS.argmax(axis=1) == LABELS).astype(int)
    gaps = is_correct - confidences
    assert adaptive_calibration_error(confidences, is_correct, bins=1) == pytest.approx(abs(gaps.mean()))
    assert adaptive_calibration_error(confidences, is_correct, bins=200) == pytest.approx(np.abs(gaps).mean())
    assert adaptive_calibration_error(confidences[:3], is_correct[:3]) == pytest.approx(
        np.abs(gaps[:3]).mean()
    )


def test_equal_portions_see_what_bins_of_equal_width_average_away():
    # All in the last of 15 bins: half claims 0.95 and is always right, half claims 0.99 and is right by 0.95.
    confidences = np.repeat([0.95, 0.99], 100)
    is_correct = np.repeat([1, 1, 0], [100, 94, 6])
    assert calibration_error(confidences, is_correct) == pytest.approx(0, abs=1e-12)
    assert adaptive_calibration_error(confidences, is_correct) == pytest.approx(0.05, abs=1e-2)


def test_the_order_of_images_plays_no_part_in_the_adaptive_error():
    confidences, is_correct = np.repeat([0.6, 0.9], [31, 33]), np.arange(64) % 3 % 2
    order = np.random.default_rng(2).permutation(64)
    one, other = (
        adaptive_calibration_error(c, r)
        for c, r in [(confidences, is_correct), (confidences[order], is_correct[order])]
    )
    assert one == pytest.approx(other, abs=1e-12)
    # Chance-level confidence on balanced classes is deserved, although the classes come one after the other.
    assert adaptive_calibration_error(np.full(10, 0.1), np.eye(10, dtype=int)[0]) == pytest.approx(
        0, abs=1e-12
    )


def test_standard_error_of_a_share():
    assert standard_error(0.93, 360) == pytest.approx(0.0134, abs=1e-4)
    assert standard_error(1.0, 10) == 0
