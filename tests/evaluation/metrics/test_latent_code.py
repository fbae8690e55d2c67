"""The numbers of the code are those of the validation images, dimension by dimension."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.metrics import latent_code
from ssvae.evaluation.metrics.latent_code import LATENT_CODE, provide


def _with_code(context, mean, std):
    found = dataclasses.replace(context.predictions["validation"], mean=mean, std=std)
    return dataclasses.replace(context, predictions={**context.predictions, "validation": found})


def test_dimensions_are_active_or_collapsed(make_context):
    spread = np.linspace(-1, 1, 24)[:, None]
    context = _with_code(
        make_context(latent_dim=3), spread * np.array([[2.0, 0.0, 0.01]]), np.tile([[0.1, 1.0, 0.9]], (24, 1))
    )
    data = provide(context).data
    assert (data["active_units"], data["latent_dim"]) == (1, 3)
    assert data["collapsed_dimensions"] == [1, 2]
    np.testing.assert_allclose(data["variance_of_means"], np.var(spread) * np.array([4, 0, 0.0001]))
    np.testing.assert_allclose(data["posterior_std"], [0.1, 1.0, 0.9])
    assert data["metrics"]["metric.latent.active_units"] == 1


def test_the_nats_of_the_dimensions_sum_to_those_of_the_bound(make_context):
    context = make_context()
    data = provide(context).data
    assert sum(data["kl_per_dimension"]) == pytest.approx(
        context.predictions["validation"].kl_z.mean(), rel=1e-6
    )


def test_the_information_is_that_of_the_validation_images(make_context, monkeypatch):
    apart = 100.0 * np.arange(24)[:, None]
    context = _with_code(make_context(latent_dim=1), apart, np.ones((24, 1)))
    data = provide(context).data
    assert data["information"] == pytest.approx(np.log(24)) == data["information_limit"]
    assert data["information_error"] == pytest.approx(0, abs=1e-9)
    assert data["metrics"]["metric.latent.information"] == data["information"]
    monkeypatch.setattr(latent_code, "MOST_IMAGES", 10)
    assert provide(context).data["information"] == pytest.approx(np.log(10))


@pytest.mark.parametrize(("scale", "active"), [(0.0, 0), (5.0, 4)])
def test_a_code_can_be_wholly_asleep_or_awake(make_context, scale, active):
    mean = np.random.default_rng(1).normal(size=(24, 4)) * scale
    data = provide(_with_code(make_context(latent_dim=4), mean, np.ones((24, 4)))).data
    assert data["active_units"] == active
    assert data["collapsed_dimensions"] == ([] if active else [0, 1, 2, 3])


def test_the_std_is_averaged_over_images(make_context):
    std = np.repeat(np.array([[0.2], [0.6]]), 12, axis=0)
    data = provide(_with_code(make_context(latent_dim=1), np.zeros((24, 1)), std)).data
    assert data["posterior_std"] == pytest.approx([0.4])


def test_only_validation_images_count(make_context):
    context = make_context()
    others = {
        name: dataclasses.replace(
            context.predictions[name], mean=np.zeros_like(context.predictions[name].mean)
        )
        for name in ("train", "test")
    }
    assert provide(dataclasses.replace(context, predictions={**context.predictions, **others})) == provide(
        context
    )


@pytest.mark.parametrize("parts", [{"num_components": 1, "classifier": "head"}, {"classifier": "none"}])
def test_every_model_has_a_code(make_context, parts):
    assert LATENT_CODE.absence(make_context(**parts).config) is None
