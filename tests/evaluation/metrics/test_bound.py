"""The bound is minus the sum of its parts at full weight, and says what its nats are."""

import dataclasses

import numpy as np
import pytest
import scipy.stats

from ssvae.config import read_recipe
from ssvae.evaluation.metrics.bound import bits_per_dimension, provide
from ssvae.likelihoods.recipes import BernoulliConfig


@pytest.mark.parametrize(("split", "word"), [("train", "train"), ("validation", "val"), ("test", "test")])
def test_elbo_is_minus_rate_and_distortion(make_context, split, word):
    context = make_context()
    data = provide(context).data
    assert data[f"rate_{split}"] == pytest.approx(
        sum(data[f"{part}_{split}"] for part in ("kl_z", "kl_c", "kl_a")), abs=1e-10
    )
    assert data[f"elbo_{split}"] == pytest.approx(
        -data[f"rate_{split}"] - data[f"distortion_{split}"], abs=1e-10
    )
    assert data["metrics"][f"metric.elbo.{word}"] == data[f"elbo_{split}"]
    assert data[f"distortion_{split}"] == pytest.approx(
        context.predictions[split].recon.mean(dtype=np.float64)
    )


def test_the_price_of_an_auxiliary_variable_is_a_part_of_the_rate(make_context):
    context = make_context()
    found = dataclasses.replace(context.predictions["test"], kl_a=np.full(28, 2.5, np.float32))
    dearer = dataclasses.replace(context, predictions={**context.predictions, "test": found})
    one, other = provide(context).data, provide(dearer).data
    assert other["rate_test"] == pytest.approx(one["rate_test"] + 2.5)
    assert other["elbo_test"] == pytest.approx(one["elbo_test"] - 2.5)


def test_loss_weights_play_no_part(make_context):
    context = make_context()
    model = dataclasses.replace(context.config.model, kl_weight=7.0, recon_weight=0.5, label_weight=99.0)
    weighted = dataclasses.replace(context, config=dataclasses.replace(context.config, model=model))
    assert provide(weighted) == provide(context)


def test_standard_error_of_the_bound(make_context):
    context = make_context()
    found = context.predictions["test"]
    elbo = -(found.recon + found.kl_z + found.kl_c).astype(np.float64)
    expected = scipy.stats.sem(elbo, ddof=0)
    assert provide(context).data["elbo_test_error"] == pytest.approx(expected, rel=1e-6)


def test_bits_are_shared_among_the_values_of_an_image(make_context):
    context = make_context(channels=3, size=6)
    # A fair coin for each of 6·6·3 values costs one bit each.
    assert bits_per_dimension(-108 * np.log(2), context) == pytest.approx(1.0)
    data = provide(context).data
    assert data["bits_per_dim_test"] == pytest.approx(-data["elbo_test"] / (108 * np.log(2)))
    assert data["metrics"]["metric.bits_per_dim.test"] == data["bits_per_dim_test"]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"likelihood": "bernoulli"}, "soft Bernoulli on gray pixels, not a likelihood of binary images"),
        ({"likelihood": "bernoulli", "is_binary": True}, "log p of binary images"),
        ({"likelihood": "gaussian"}, r"log density over brightness from 0 to 1"),
        ({"likelihood": "gaussian"}, r"levels 0 to 16 they are log2(16) = 4.00 higher"),
    ],
)
def test_the_note_says_what_the_nats_are(make_context, parts, words):
    assert words in provide(make_context(**parts)).data["note"]


@pytest.mark.parametrize(
    ("binarization", "is_binary", "words"),
    [
        ("none", False, "none: gray pixels"),
        ("none", True, "none: the images are black and white as they are"),
        ("static", True, "static: each pixel drawn once"),
        ("dynamic", True, "dynamic: each pixel drawn once"),
    ],
)
def test_likelihood_and_binarization_stand_beside_the_nats(make_context, binarization, is_binary, words):
    context = make_context(is_binary=is_binary)
    likelihood = read_recipe(BernoulliConfig, {"binarization": binarization})
    config = dataclasses.replace(context.config, likelihood=likelihood)
    data = provide(dataclasses.replace(context, config=config)).data
    assert data["likelihood"] == "bernoulli"
    assert data["binarization"].startswith(words)
