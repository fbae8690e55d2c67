"""Errors and σ of the images shown share one scale; charts are of all pixels."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.plots.sigma_maps import binned_quartiles, provide


def test_columns_hold_image_mean_error_and_sigma(make_context):
    context = make_context(likelihood="heteroscedastic", channels=3)
    result = provide(context)
    images, values = (axes.images[0] for axes in result.figures["sigma_maps"].axes[:2])
    row = result.data["test_rows"][1]
    original = context.dataset.test.images[row] / 16
    found = context.predictions["test"]
    np.testing.assert_allclose(images.get_array()[:6, 7:13], original, rtol=1e-5)
    np.testing.assert_allclose(images.get_array()[7:13, 7:13], found.mean_images[row], rtol=1e-5)
    error = np.abs(original - found.mean_images[row]).mean(axis=-1)
    np.testing.assert_allclose(values.get_array()[:6, 7:13], error, rtol=1e-5)
    np.testing.assert_allclose(values.get_array()[7:13, 7:13], found.pixel_std[row].mean(axis=-1), rtol=1e-5)
    assert values.get_clim() == (0, result.data["largest_shown"])
    assert result.data["images"] == 10


def test_a_flat_row_of_sigma_is_explained(make_context):
    context = make_context(likelihood="heteroscedastic")
    note = "one σ per image"
    assert note in provide(context).figures["sigma_maps"].texts[1].get_text()
    likelihood = dataclasses.replace(context.config.likelihood, granularity="pixel")
    config = dataclasses.replace(context.config, likelihood=likelihood)
    pixels = provide(dataclasses.replace(context, config=config))
    assert note not in pixels.figures["sigma_maps"].texts[1].get_text()


def test_errors_of_a_right_sigma_lie_on_the_line(make_context):
    context = make_context(likelihood="heteroscedastic", size=20)
    found, generator = context.predictions["test"], np.random.default_rng(0)
    sigma = generator.uniform(0.05, 0.3, found.mean_images.shape).astype(np.float32)
    means = context.dataset.test.images / 16 - sigma * generator.normal(size=sigma.shape)
    found = dataclasses.replace(found, pixel_std=sigma, mean_images=means.astype(np.float32))
    context = dataclasses.replace(context, predictions={**context.predictions, "test": found})
    chart, _, scaled = provide(context).figures["sigma_maps"].axes[-3:]
    medians, expected = chart.lines
    x, y = medians.get_xydata().T
    slope = expected.get_ydata()[1] / expected.get_xdata()[1]
    np.testing.assert_allclose(y, slope * x, rtol=0.1)  # 900 pixels a bin: 4% standard error
    density = scaled.patches[0].get_data()
    assert np.sum(density.values * np.diff(density.edges)) == pytest.approx(1)
    assert density.values[20] == pytest.approx(0.399, rel=0.15)


def test_quartiles_of_equal_bins():
    by = np.arange(40.0)
    centers, quartiles = binned_quartiles(by, 2 * by, 4)
    np.testing.assert_allclose(centers, [4.5, 14.5, 24.5, 34.5])
    np.testing.assert_allclose(quartiles[0], [4.5, 9, 13.5])
    centers, quartiles = binned_quartiles(np.ones(5), np.arange(5.0), 4)
    np.testing.assert_allclose(centers, [1])
    np.testing.assert_allclose(quartiles, [[1, 2, 3]])


def test_a_model_without_sigma_is_named(make_context):
    with pytest.raises(ValueError, match="likelihood=bernoulli gave no σ"):
        provide(make_context())
