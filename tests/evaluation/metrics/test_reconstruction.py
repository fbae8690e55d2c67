"""Errors of mean images are per pixel, in units of brightness."""

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error as sklearn_mean_squared_error

from ssvae.evaluation.metrics import reconstruction
from ssvae.evaluation.metrics.reconstruction import mean_squared_error, provide


def test_squared_error_is_that_of_pixels_in_units_of_brightness(make_context, monkeypatch):
    context = make_context()
    images, means = context.dataset.test.images, context.predictions["test"].mean_images
    expected = sklearn_mean_squared_error((images / 16).ravel(), means.ravel())
    assert mean_squared_error(images, means, 16) == pytest.approx(expected, rel=1e-6)
    monkeypatch.setattr(reconstruction, "_CHUNK", 5)  # 28 images: the last portion is smaller
    assert mean_squared_error(images, means, 16) == pytest.approx(expected, rel=1e-6)
    data = provide(context).data
    assert data["mse_test"] == pytest.approx(expected, rel=1e-6)
    assert data["rmse_test"] == pytest.approx(np.sqrt(expected), rel=1e-6)
