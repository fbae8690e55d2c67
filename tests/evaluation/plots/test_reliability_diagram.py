"""Bars and dots are the bins of the formula, the curve its risk."""

import numpy as np
import pytest

from ssvae.evaluation.metrics.class_probs import calibration_bins, calibration_error, risk_coverage
from ssvae.evaluation.plots.reliability_diagram import _one_standard_error, provide


def test_the_diagram_shows_the_bins_and_the_curve(make_context):
    context = make_context()
    result = provide(context)
    diagram, counts, risk = result.figures["reliability_diagram"].axes
    probs, labels = context.predictions["test"].class_probs, context.dataset.test.labels
    confidences, is_correct = probs.max(axis=1), (probs.argmax(axis=1) == labels).astype(int)
    bins = calibration_bins(confidences, is_correct)
    np.testing.assert_allclose(diagram.patches[0].get_data().values, np.nan_to_num(bins.accuracy))
    np.testing.assert_allclose(
        diagram.lines[1].get_xydata(), np.stack([bins.confidence, bins.accuracy], axis=1)
    )
    assert not diagram.lines[1].get_clip_on()
    np.testing.assert_array_equal(counts.patches[0].get_data().values, bins.counts)
    assert counts.get_yscale() == "log"
    assert [text.get_text() for text in counts.get_yticklabels()] == ["1", str(bins.counts.max())]
    curve = risk_coverage(confidences, is_correct)
    np.testing.assert_allclose(risk.lines[0].get_xydata(), np.stack([curve.coverage, curve.risk], axis=1))
    assert risk.lines[1].get_ydata()[0] == pytest.approx(1 - is_correct.mean())
    assert result.data["ece_test"] == calibration_error(confidences, is_correct)
    assert f"ECE = {result.data['ece_test']:.3f}" in result.figures["reliability_diagram"].texts[1].get_text()


def test_a_bin_of_few_images_has_a_long_line():
    share, counts = np.array([0.0, 1.0, 0.5, 0.9]), np.array([1, 1, 4, 10_000])
    low, high = _one_standard_error(share, counts)
    np.testing.assert_allclose(low[:2], [0, 0.5], atol=1e-12)
    np.testing.assert_allclose(high[:2], [0.5, 1])
    # The ends are the shares whose own standard error just reaches the share found.
    for end in (low, high):
        np.testing.assert_allclose(np.abs(end - share), np.sqrt(end * (1 - end) / counts), atol=1e-12)
    assert high[3] - low[3] == pytest.approx(2 * 0.003, rel=1e-3)


def test_absent_probabilities_are_named(make_context):
    with pytest.raises(ValueError, match="classifier=none gave no class probabilities"):
        provide(make_context(classifier="none"))
