"""The bound is minus the sum of its parts at full weight, and errors are per pixel."""

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error as sklearn_mean_squared_error

from ssvae.evaluation.metrics import reconstruction
from ssvae.evaluation.metrics.reconstruction import mean_squared_error, provide


@pytest.mark.parametrize(("split", "word"), [("train", "train"), ("validation", "val"), ("test", "test")])
def test_elbo_is_minus_the_sum_of_its_parts(make_context, split, word):
    context = make_context()
    data = provide(context).data
    parts = [data[f"{part}_{split}"] for part in ("recon", "kl_z", "kl_c")]
    assert data[f"elbo_{split}"] == pytest.approx(-sum(parts), abs=1e-10)
    assert data["metrics"][f"metric.elbo.{word}"] == data[f"elbo_{split}"]
    assert data[f"recon_{split}"] == pytest.approx(context.predictions[split].recon.mean(dtype=np.float64))


def test_loss_weights_play_no_part(make_context):
    context = make_context()
    model = dataclasses.replace(context.config.model, kl_weight=7.0, recon_weight=0.5, label_weight=99.0)
    weighted = dataclasses.replace(context, config=dataclasses.replace(context.config, model=model))
    assert provide(weighted) == provide(context)


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


def test_standard_error_of_the_bound(make_context):
    context = make_context()
    found = context.predictions["test"]
    elbo = -(found.recon + found.kl_z + found.kl_c).astype(np.float64)
    assert provide(context).data["elbo_test_error"] == pytest.approx(elbo.std() / np.sqrt(28), rel=1e-6)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"likelihood": "bernoulli"}, "soft Bernoulli on gray pixels, not a likelihood of binary images"),
        ({"likelihood": "bernoulli", "is_binary": True}, "log p of binary images"),
        ({"likelihood": "gaussian"}, "log density"),
    ],
)
def test_the_note_says_what_the_nats_are(make_context, parts, words):
    assert words in provide(make_context(**parts)).data["note"]
