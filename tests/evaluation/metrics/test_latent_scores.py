"""Active units against printed values and hand-made codes."""

import numpy as np
import pytest
import scipy.special
import scipy.stats

from ssvae.evaluation.metrics import latent_scores
from ssvae.evaluation.metrics.latent_scores import active_units, mutual_information, variance_of_means


def test_the_variance_is_divided_by_the_number_of_images():
    assert variance_of_means(np.array([[1.0], [2.0], [3.0], [4.0]])) == pytest.approx([1.25])


def test_variances_are_per_dimension_and_ignore_where_the_code_lies():
    means = np.random.default_rng(0).normal(size=(50, 3)) * np.array([0.0, 0.05, 2.0])
    found = variance_of_means(means)
    np.testing.assert_allclose(found, np.mean(np.square(means - means.mean(axis=0)), axis=0))
    np.testing.assert_allclose(variance_of_means(means + 7.0), found, atol=1e-12)
    np.testing.assert_array_equal(active_units(found), [False, False, True])


def test_float32_codes_far_from_zero_keep_their_variance():
    start = np.float32(4096)
    step = np.spacing(start)  # half of it is lost on a float32 mean
    assert variance_of_means(np.array([[start], [start + step]])) == pytest.approx([(step / 2) ** 2])


@pytest.mark.parametrize(
    ("variance", "is_active"), [(0.0, False), (0.0099, False), (0.01, False), (0.0101, True)]
)
def test_a_unit_is_active_above_one_hundredth(variance, is_active):
    assert active_units(np.array([variance])).tolist() == [is_active]


@pytest.mark.parametrize("count", [1, 2, 50, 200])
def test_codes_that_are_all_the_same_tell_nothing(count):
    means, stds = np.tile([[0.3, -2.0]], (count, 1)), np.tile([[0.1, 3.0]], (count, 1))
    assert mutual_information(means, stds).mean == pytest.approx(0, abs=1e-12)


def test_codes_far_apart_tell_which_image_it_is():
    """And no more than that: log N."""
    assert mutual_information(100.0 * np.arange(70)[:, None], np.ones((70, 1))).mean == pytest.approx(
        np.log(70)
    )


def test_the_portions_play_no_part(monkeypatch):
    rng = np.random.default_rng(0)
    means, stds = rng.normal(size=(90, 3)), rng.uniform(0.2, 1, (90, 3))
    found = mutual_information(means, stds).mean
    monkeypatch.setattr(latent_scores, "_CHUNK", 7)
    assert mutual_information(means, stds).mean == pytest.approx(found, rel=1e-12)
    assert 0 < found < np.log(90)


def test_a_dimension_that_sleeps_adds_nothing():
    means = np.stack([np.linspace(-3, 3, 80), np.zeros(80)], axis=1)
    narrow = mutual_information(means[:, :1], np.ones((80, 1))).mean
    # The draws of the two are not the same numbers, hence the tolerance: a standard error is .5 / sqrt(80).
    assert mutual_information(means, np.ones((80, 2))).mean == pytest.approx(narrow, abs=0.2)


def test_ten_draws_are_averaged_and_their_spread_is_the_error():
    rng = np.random.default_rng(4)
    means, stds = rng.normal(size=(60, 2)), np.full((60, 2), 0.7)
    random = latent_scores.stream(0, "codes of the mutual information")
    gains = []
    for _ in range(10):
        codes = means + stds * random.standard_normal(means.shape)
        logs = scipy.stats.norm.logpdf(codes[:, None], means, stds).sum(axis=2)
        gains.append(np.mean(np.diag(logs) - scipy.special.logsumexp(logs, axis=1)) + np.log(60))
    found = mutual_information(means, stds)
    assert found.mean == pytest.approx(np.mean(gains))
    assert found.error == pytest.approx(scipy.stats.sem(gains))
