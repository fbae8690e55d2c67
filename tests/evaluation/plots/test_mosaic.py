"""A mosaic holds every image, in place, with white between."""

import numpy as np
import pytest

from ssvae.evaluation.plots import PLOTS
from ssvae.evaluation.plots.mosaic import draw_mosaic, draw_value_mosaic, proportion, tile
from ssvae.evaluation.plots.style import add_axes, new_figure

IMAGES = np.random.default_rng(5).uniform(size=(3, 4, 16, 12, 1)).astype(np.float32)


def test_every_image_is_found_again_and_the_rest_is_white():
    mosaic = tile(IMAGES)
    gap = 2  # an eighth of the height
    assert mosaic.shape == (3 * 16 + 2 * gap, 4 * 12 + 3 * gap)
    for row in range(3):
        for column in range(4):
            cell = (slice(row * 18, row * 18 + 16), slice(column * 14, column * 14 + 12))
            np.testing.assert_allclose(mosaic[cell], IMAGES[row, column, :, :, 0])
            mosaic[cell] = 1.0
    assert (mosaic == 1.0).all()


@pytest.mark.parametrize(("channels", "shape"), [(1, (5, 11)), (3, (5, 11, 3)), (2, (5, 11))])
def test_three_channels_are_colors_others_their_mean(channels, shape):
    images = np.random.default_rng(0).uniform(size=(1, 2, 5, 5, channels)).astype(np.float32)
    mosaic = tile(images)
    assert mosaic.shape == shape
    expected = images[0, 0] if channels == 3 else images[0, 0].mean(axis=-1)
    np.testing.assert_allclose(mosaic[:5, :5], expected, rtol=1e-6)


def test_data_coordinates_count_images():
    axes = add_axes(new_figure(4.0, "title"), 1.0, 1.0, 4.0, 2.0, is_image=True)
    draw_mosaic(axes, IMAGES)
    left, right, bottom, top = axes.images[0].get_extent()
    pixels = tile(IMAGES).shape
    # Image (2, 3) has its center in pixel row 2·18 + 8 and column 3·14 + 6.
    assert left + (3 * 14 + 6) / pixels[1] * (right - left) == pytest.approx(3)
    assert top + (2 * 18 + 8) / pixels[0] * (bottom - top) == pytest.approx(2)


def test_values_outside_the_range_are_clipped_before_drawing():
    axes = add_axes(new_figure(4.0, "title"), 1.0, 1.0, 4.0, 2.0, is_image=True)
    draw_mosaic(axes, np.full((1, 1, 4, 4, 3), 1.5, np.float32))
    assert axes.images[0].get_array().max() == 1.0


def test_values_that_are_no_brightness_keep_their_scale():
    axes = add_axes(new_figure(4.0, "title"), 1.0, 1.0, 4.0, 2.0, is_image=True)
    draw_value_mosaic(axes, 7 * IMAGES, "Blues", 3.5)
    drawn = np.ma.filled(axes.images[0].get_array(), np.nan)
    np.testing.assert_allclose(drawn[18:34, 14:26], 7 * IMAGES[1, 1, :, :, 0])
    assert np.isnan(drawn[16:18]).all()
    assert axes.images[0].get_clim() == (0, 3.5)


@pytest.mark.parametrize("size", [2, 8, 28])
def test_in_a_box_of_its_proportion_a_mosaic_has_square_pixels(size):
    mosaic = tile(np.zeros((1, 11, size, 2 * size, 1), np.float32))
    assert proportion(1, 11, size, 2 * size) == mosaic.shape[0] / mosaic.shape[1]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("component_samples", {"num_components": 21}),
        ("component_samples", {"num_components": 1, "classifier": "none", "num_images": 20}),
        ("reconstructions", {"num_images": 13}),
        ("sigma_maps", {"likelihood": "heteroscedastic"}),
        ("latent_traversals", {}),
    ],
)
def test_pixels_of_every_mosaic_are_squares(make_context, name, parts):
    figure = PLOTS[name].provide(make_context(**parts)).figures[name]
    mosaics = [axes for axes in figure.axes if axes.images and not axes.axison]
    assert mosaics
    for axes in mosaics:
        height, width = axes.images[0].get_array().shape[:2]
        box = axes.get_window_extent()
        assert box.height / box.width == pytest.approx(height / width)
