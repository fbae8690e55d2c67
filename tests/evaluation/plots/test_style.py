"""Figures are made without pyplot, at the size they are read."""

import matplotlib.colors
import numpy as np
import pytest

from ssvae.evaluation.plots.style import (
    WIDTH,
    add_axes,
    add_color_bar,
    colors,
    markers,
    new_figure,
)


def test_axes_lie_where_they_were_put():
    figure = new_figure(4.0, "title")
    box = add_axes(figure, 1.0, 0.5, 6.0, 3.0).get_position()
    np.testing.assert_allclose(
        [box.x0 * WIDTH, (1 - box.y1) * 4, box.width * WIDTH, box.height * 4], [1, 0.5, 6, 3]
    )


def test_image_axes_have_no_frame():
    assert not add_axes(new_figure(4.0, "title"), 1.0, 0.5, 6.0, 3.0, is_image=True).axison


@pytest.mark.parametrize("count", [1, 8, 10, 37, 100])
def test_no_two_groups_look_alike(count):
    looks = list(zip(colors(count), (marker for marker, _ in markers(count)), strict=True))
    assert len(looks) == count
    assert len(set(looks)) == count
    assert len(set(colors(min(count, 10)))) == min(count, 10)


@pytest.mark.parametrize(
    "vision",
    [
        # Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB
        np.array(
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        ),
        np.array(
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        ),
        np.array(
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        ),
    ],
    ids=["protanopia", "deuteranopia", "tritanopia"],
)
def test_ten_colors_stay_apart_for_color_blind_readers(vision):
    rgb = np.array([matplotlib.colors.to_rgb(color) for color in colors(10)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab = _lab(np.clip(linear @ vision.T, 0, 1))
    distances = np.linalg.norm(lab[:, None] - lab, axis=-1) + 1000 * np.eye(10)
    assert distances.min() > 15  # matplotlib's default ten fall to 5


def _lab(linear):
    """CIELAB of linear sRGB under D65."""
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ matrix.T / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(np.maximum(xyz, 1e-9)), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def test_a_color_bar_tells_values_from_below():
    figure = new_figure(4.0, "title")
    bar = add_color_bar(figure, 7.0, 1.0, 2.0, "nats", limits=(0.0, 0.3))
    ramp = bar.images[0]
    assert ramp.get_array().ravel()[[0, -1]].tolist() == [0.0, 0.3]
    assert list(ramp.get_extent()) == [0, 1, 0, 0.3]
    assert ramp.origin == "lower"
    assert bar.texts[0].get_text() == "nats"
