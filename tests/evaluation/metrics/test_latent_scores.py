"""Active units against printed values and hand-made codes."""

import numpy as np
import pytest

from ssvae.evaluation.metrics.latent_scores import active_units, variance_of_means


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
