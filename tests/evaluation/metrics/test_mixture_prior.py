"""The numbers of the mixture are those of the validation images, whatever the components are called."""

import dataclasses

import numpy as np
import pytest
import scipy.stats

from ssvae.config import read_recipe
from ssvae.evaluation.context import MixtureSummary
from ssvae.evaluation.metrics.mixture_prior import provide
from ssvae.priors.recipes import MixturePriorConfig


def _with_responsibilities(context, responsibilities):
    found = dataclasses.replace(context.predictions["validation"], responsibilities=responsibilities)
    return dataclasses.replace(context, predictions={**context.predictions, "validation": found})


def test_dead_components_are_listed(make_context):
    context = make_context(num_components=6)
    rows = np.eye(6)[np.arange(24) % 4]
    data = provide(_with_responsibilities(context, rows)).data
    assert data["dead_components"] == [4, 5]
    assert data["active_components"] == 4
    assert data["k_eff"] == pytest.approx(4)
    assert data["information"] == pytest.approx(np.log(4))
    assert data["confidence"] == 1
    assert data["usage"] == [0.25] * 4 + [0.0] * 2


def test_all_components_can_be_alive(make_context):
    data = provide(_with_responsibilities(make_context(), np.full((24, 6), 1 / 6))).data
    assert data["dead_components"] == []
    assert data["information"] == pytest.approx(0, abs=1e-12)


def test_only_validation_images_count(make_context):
    context = make_context()
    train = dataclasses.replace(
        context.predictions["train"], responsibilities=np.eye(6)[np.zeros(40, dtype=int)]
    )
    other = dataclasses.replace(context, predictions={**context.predictions, "train": train})
    assert provide(other) == provide(context)


def test_numbering_of_components_changes_no_score(make_context, permute):
    context = make_context()
    order = np.array([3, 5, 0, 1, 4, 2])
    one, other = provide(context).data, provide(permute(context, order)).data
    for key in ("k_eff", "active_components", "information", "confidence"):
        assert other[key] == pytest.approx(one[key], abs=1e-9)
    np.testing.assert_allclose(other["usage"], np.array(one["usage"])[order])
    np.testing.assert_allclose(other["prior_weights"], np.array(one["prior_weights"])[order])


def test_what_a_component_costs_is_the_mean_over_its_images(make_context):
    context = make_context(num_components=6)
    rows = np.eye(6)[np.arange(24) % 5]
    data = provide(_with_responsibilities(context, rows)).data
    found = context.predictions["validation"]
    for c in range(5):
        assert data["recon_per_component"][c] == pytest.approx(found.recon[c::5].mean(), rel=1e-6)
        assert data["kl_per_component"][c] == pytest.approx(found.kl_z[c::5].mean(), rel=1e-6)
    assert data["recon_per_component"][5] is data["kl_per_component"][5] is None
    assert data["responsibility_entropy"] == 0


def test_the_closest_of_the_active_components_are_named(make_context):
    context = make_context(num_components=6, latent_dim=1)
    places = np.array([[0.0], [10.0], [13.0], [20.0], [0.1], [30.0]])
    prior = MixtureSummary(context.prior.weights, places, np.full((6, 1), 2.0))
    rows = np.eye(6)[np.arange(24) % 4]  # 4, near 0, is dead
    data = provide(dataclasses.replace(_with_responsibilities(context, rows), prior=prior)).data
    assert data["closest_pair"] == [1, 2]
    assert data["closest_distance"] == pytest.approx(1.5)
    assert data["metrics"]["metric.components.closest_distance"] == data["closest_distance"]
    assert "components 1 and 2" in data["closest_note"]


def test_without_two_active_components_there_is_no_closest_pair(make_context):
    context = _with_responsibilities(make_context(), np.eye(6)[np.zeros(24, int)])
    data = provide(context).data
    assert data["closest_pair"] is data["closest_distance"] is None
    assert data["closest_note"] == "fewer than two components are active"
    assert "metric.components.closest_distance" not in data["metrics"]


def test_components_that_are_one_gaussian_by_design_are_not_compared(make_context):
    context = make_context(num_components=6)
    tied = read_recipe(MixturePriorConfig, {"num_components": 6, "learn_means": False, "init_radius": 0.0})
    data = provide(dataclasses.replace(context, config=dataclasses.replace(context.config, prior=tied))).data
    assert data["closest_distance"] is None
    assert "by design: only the decoder tells components apart" in data["closest_note"]


def test_usage_is_compared_with_the_weights_of_the_prior(make_context):
    context = make_context()
    data = provide(context).data
    expected = scipy.stats.entropy(context.usage(), context.prior.weights)
    assert data["usage_kl"] == data["metrics"]["metric.components.usage_kl"] == pytest.approx(expected)
    assert expected > 0.001
