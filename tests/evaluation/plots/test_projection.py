"""The plane of largest variance, against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from ssvae.evaluation.plots.projection import fit_projection

CODES = np.random.default_rng(2).normal(size=(60, 5)) * np.array([3.0, 0.5, 2.0, 0.1, 1.0]) + 4.0


def test_it_agrees_with_scikit_learn_up_to_sign():
    projection = fit_projection(CODES)
    pca = PCA(2).fit(CODES)
    np.testing.assert_allclose(np.abs(projection(CODES)), np.abs(pca.transform(CODES)), atol=1e-8)
    for label, share in zip(projection.axis_labels, pca.explained_variance_ratio_, strict=True):
        assert f"({share:.0%} of variance)" in label


def test_the_same_codes_give_the_same_picture():
    one, other = fit_projection(CODES), fit_projection(CODES[::-1].copy())
    np.testing.assert_allclose(one(CODES), other(CODES), atol=1e-8)
    largest = np.abs(one.directions).argmax(axis=1)
    assert (one.directions[[0, 1], largest] > 0).all()


def test_other_codes_are_projected_by_the_same_map():
    projection = fit_projection(CODES)
    np.testing.assert_allclose(projection(CODES.mean(axis=0, keepdims=True)), [[0, 0]], atol=1e-10)


def test_two_dimensions_are_shown_as_they_are():
    projection = fit_projection(CODES[:, :2])
    np.testing.assert_array_equal(projection(CODES[:, :2]), CODES[:, :2])
    assert projection.axis_labels == ("z₁", "z₂")
    assert not projection.is_line


def test_one_dimension_lies_on_a_line():
    projection = fit_projection(CODES[:, :1])
    np.testing.assert_array_equal(projection(CODES[:, :1]), np.pad(CODES[:, :1], ((0, 0), (0, 1))))
    assert projection.is_line


def test_codes_that_do_not_vary_can_be_drawn():
    projection = fit_projection(np.ones((10, 4)))
    assert projection(np.ones((10, 4))) == pytest.approx(0)
    assert all("the codes do not vary" in label for label in projection.axis_labels)


@pytest.mark.parametrize("latent_dim", [1, 2, 5])
def test_only_codes_that_vary_by_rounding_do_not_vary(latent_dim):
    codes = 4 + 1e-7 * CODES[:, :latent_dim]
    assert "the codes do not vary" in fit_projection(codes).axis_labels[0]
    assert "the codes do not vary" not in fit_projection(1e-3 * CODES[:, :latent_dim]).axis_labels[0]
