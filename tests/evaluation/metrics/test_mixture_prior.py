"""The numbers of the mixture are those of the validation images, whatever the components are called."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.metrics.mixture_prior import provide


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
