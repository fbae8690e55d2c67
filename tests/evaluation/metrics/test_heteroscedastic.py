"""A predicted σ: where it lies between its bounds, and whether errors are as large as it says."""

import dataclasses
import json

import numpy as np
import pytest
import scipy.stats

from ssvae.evaluation.metrics.heteroscedastic import (
    HETEROSCEDASTIC_DECODER,
    absence,
    correlation,
    provide,
    shares_at_bounds,
)

LOW, HIGH = 0.05, 0.5
"""The bounds of the default recipe."""


@pytest.fixture
def context(make_context):
    return make_context(likelihood="heteroscedastic")


def with_test(context, **changes):
    changed = dataclasses.replace(context.predictions["test"], **changes)
    return dataclasses.replace(context, predictions={**context.predictions, "test": changed})


def with_errors(context, sigma, scale: float):
    """Errors drawn from Gaussians of `scale` · σ, on images in the middle between black and white."""
    test = context.dataset.test
    gray = dataclasses.replace(test, images=np.full_like(test.images, context.dataset.levels // 2))
    errors = scale * sigma * np.random.default_rng(3).normal(size=gray.images.shape)
    moved = dataclasses.replace(context, dataset=dataclasses.replace(context.dataset, test=gray))
    mean_images = (0.5 - errors).astype(np.float32)
    return with_test(
        moved, mean_images=mean_images, pixel_std=np.broadcast_to(sigma, errors.shape).astype(np.float32)
    )


@pytest.mark.parametrize("likelihood", ["bernoulli", "continuous_bernoulli", "gaussian"])
def test_it_is_disabled_with_its_remedy(make_context, likelihood):
    context = make_context(likelihood=likelihood)
    expected = (f"likelihood={likelihood}", "likelihood=heteroscedastic")
    assert HETEROSCEDASTIC_DECODER.absence(context.config) == expected
    with pytest.raises(ValueError, match=f"likelihood={likelihood} gave no σ"):
        provide(context)


def test_the_remedy_enables_it(context):
    assert absence(context.config) is None


def test_a_model_that_gave_no_sigma_is_not_passed_over(context):
    with pytest.raises(ValueError, match="likelihood=heteroscedastic gave no σ of each pixel"):
        provide(with_test(context, pixel_std=None))


def test_mean_and_spread_are_over_images_and_pixels(context):
    data, sigma = provide(context).data, context.predictions["test"].pixel_std
    assert data["sigma_mean"] == pytest.approx(sigma.mean(dtype=np.float64))
    assert data["sigma_std"] == pytest.approx(sigma.std(dtype=np.float64))


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_errors_as_large_as_sigma_says_have_a_z_score_of_one(context, scale):
    sigma = np.random.default_rng(4).uniform(0.06, 0.12, (28, 1, 1, 1))
    found = provide(with_errors(context, sigma, scale)).data["z_score_std"]
    assert found == pytest.approx(scale, rel=0.07)  # three standard errors of 28 · 36 pixels


def test_a_z_score_weighs_each_pixel_by_its_own_sigma(context):
    """Per pixel too: with errors of exactly one σ, up and down by turns, it is 1 whatever the σ are."""
    sigma = np.random.default_rng(5).uniform(0.06, 0.4, (28, 6, 6, 1)).astype(np.float32)
    signs = np.where(np.indices(sigma.shape).sum(axis=0) % 2, 1, -1)
    images = context.dataset.test.images / np.float32(context.dataset.levels)
    exact = with_test(context, mean_images=(images + signs * sigma).astype(np.float32), pixel_std=sigma)
    assert provide(exact).data["z_score_std"] == pytest.approx(1.0, rel=1e-5)


def test_pixels_at_a_bound_are_not_calibrated_unless_there_are_no_others(context):
    sigma = np.full((28, 6, 6, 1), 0.2, np.float32)
    sigma[:, :2], sigma[:, 2:4] = LOW, HIGH
    signs = np.where(np.indices(sigma.shape).sum(axis=0) % 2, 1, -1)
    scale = np.where(sigma == np.float32(0.2), 1.5, 3.0)
    images = context.dataset.test.images / np.float32(context.dataset.levels)
    errors = (signs * scale * sigma).astype(np.float32)
    made = with_test(context, mean_images=images - errors, pixel_std=sigma)
    assert provide(made).data["z_score_std"] == pytest.approx(1.5, rel=1e-5)
    bound = with_test(context, mean_images=images - 3 * signs * np.float32(LOW), pixel_std=0 * sigma + LOW)
    assert provide(bound).data["z_score_std"] == pytest.approx(3.0, rel=1e-5)


def test_images_that_are_told_with_more_doubt_are_told_worse(context):
    sigma = np.random.default_rng(6).uniform(0.02, 0.15, (28, 1, 1, 1))
    good = with_errors(context, sigma, 1.0)
    errors = abs(good.dataset.test.images / 16 - good.predictions["test"].mean_images).mean(axis=(1, 2, 3))
    found = provide(good).data["error_correlation"]
    assert found == pytest.approx(scipy.stats.pearsonr(sigma.ravel(), errors).statistic, rel=1e-4)
    assert found > 0.9
    swapped = good.predictions["test"].pixel_std[
        np.argsort(-sigma.ravel())[np.argsort(np.argsort(sigma.ravel()))]
    ]
    assert provide(with_test(good, pixel_std=swapped)).data["error_correlation"] < -0.8


def test_a_sigma_that_does_not_vary_has_no_correlation(context):
    same = provide(with_test(context, pixel_std=np.full((28, 6, 6, 1), 0.1, np.float32)))
    assert same.data["error_correlation"] is None
    assert "metric.sigma.error_correlation" not in same.data["metrics"]
    assert same.data["sigma_std"] == pytest.approx(0.0, abs=1e-7)
    json.dumps(same.data, allow_nan=False)


def test_correlation_is_scipys():
    one, other = np.random.default_rng(8).normal(size=(2, 50))
    assert correlation(one, one + other) == pytest.approx(scipy.stats.pearsonr(one, one + other).statistic)
    assert correlation(one, -one) == pytest.approx(-1.0)
    assert correlation(one, np.full(50, 0.1)) is None


def test_shares_at_the_bounds_count_what_lies_within_a_hundredth_of_the_range():
    edge = 0.01 * (HIGH - LOW)
    sigma = [LOW, LOW + 0.9 * edge, LOW + 1.1 * edge, 0.3, HIGH - 1.1 * edge, HIGH - 0.9 * edge, HIGH, HIGH]
    found = shares_at_bounds(np.array(sigma, np.float32).reshape(2, 2, 2, 1), LOW, HIGH)
    assert found == (2 / 8, 3 / 8)


def test_shares_follow_the_bounds_of_the_recipe(context):
    sigma = np.full((28, 6, 6, 1), 0.2, np.float32)
    at_bound = with_test(context, pixel_std=sigma)
    assert (provide(at_bound).data["share_at_low"], provide(at_bound).data["share_at_high"]) == (0.0, 0.0)
    for bound, name in (("sigma_min", "share_at_low"), ("sigma_max", "share_at_high")):
        likelihood = dataclasses.replace(at_bound.config.likelihood, **{bound: 0.2})
        moved = dataclasses.replace(
            at_bound, config=dataclasses.replace(at_bound.config, likelihood=likelihood)
        )
        assert provide(moved).data[name] == 1.0


def test_flat_metrics_are_the_same_numbers(context):
    data = provide(context).data
    assert data["metrics"] == {
        "metric.sigma.mean": data["sigma_mean"],
        "metric.sigma.std": data["sigma_std"],
        "metric.sigma.share_at_low": data["share_at_low"],
        "metric.sigma.share_at_high": data["share_at_high"],
        "metric.sigma.z_score_std": data["z_score_std"],
        "metric.sigma.error_correlation": data["error_correlation"],
    }
    assert data.keys() - {"metrics"} == HETEROSCEDASTIC_DECODER.meanings.keys()


def test_color_images_are_measured_alike(make_context):
    data = provide(make_context(likelihood="heteroscedastic", channels=3)).data
    assert all(np.isfinite(value) for value in data["metrics"].values())
