"""Alarms: silent on a healthy model, and each with its sentence on the model that has the fault."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.alarms import alarms


def with_validation(context, **changes):
    changed = dataclasses.replace(context.predictions["validation"], **changes)
    return dataclasses.replace(context, predictions={**context.predictions, "validation": changed})


def kinds(context) -> list[str]:
    return [kind for kind, _ in alarms(context)]


@pytest.fixture
def healthy(make_context):
    """Six components, each sure of its share of 24 images; a code that costs two nats."""
    context = make_context(num_components=6)
    sure = np.eye(6)[np.arange(24) % 6]
    return with_validation(context, responsibilities=sure, kl_z=np.full(24, 2.0), kl_c=np.full(24, 1.7))


def test_a_healthy_model_raises_none(healthy):
    assert kinds(healthy) == []


def test_one_component_for_all_is_a_collapse_without_information(healthy):
    one = np.eye(6)[np.zeros(24, int)]
    found = dict(alarms(with_validation(healthy, responsibilities=one)))
    assert list(found) == ["component_collapse", "low_information"]
    assert "1.0 of 6 components are in effect, the largest holds 100%" in found["component_collapse"]
    assert "Try model.diversity_weight=1.0" in found["component_collapse"]


def test_undecided_responsibilities_carry_no_information_though_all_components_are_used(healthy):
    """k_eff is K here: the trap of judging by usage alone."""
    found = dict(alarms(with_validation(healthy, responsibilities=np.full((24, 6), 1 / 6))))
    assert list(found) == ["low_information"]
    assert "0.00 nats about the image of the 1.39" in found["low_information"]


def test_a_code_that_costs_nothing_says_nothing(healthy):
    found = dict(alarms(with_validation(healthy, kl_z=np.full(24, 0.1), kl_c=np.full(24, 0.2))))
    assert list(found) == ["posterior_collapse"]
    assert "0.30 nats per image" in found["posterior_collapse"]


def test_a_single_component_cannot_collapse(make_context):
    context = make_context(num_components=1, classifier="head")
    assert "component_collapse" not in kinds(with_validation(context, kl_z=np.full(24, 2.0)))


@pytest.fixture
def free(make_context):
    """A σ for each pixel of 24 images, all between the bounds 0.05 and 0.5."""
    context = make_context(likelihood="heteroscedastic", num_components=1, classifier="head")
    return with_validation(context, kl_z=np.full(24, 2.0), pixel_std=np.full((24, 6, 6, 1), 0.2, np.float32))


def with_sigma_at(context, bound: float, share: float, granularity: str = "image"):
    sigma = np.full((24, 6, 6, 1), 0.2, np.float32)
    sigma.ravel()[: round(share * sigma.size)] = bound
    likelihood = dataclasses.replace(context.config.likelihood, granularity=granularity)
    config = dataclasses.replace(context.config, likelihood=likelihood)
    return with_validation(dataclasses.replace(context, config=config), pixel_std=sigma)


def test_a_sigma_between_its_bounds_raises_none(free):
    assert kinds(free) == []


@pytest.mark.parametrize("bound", [0.05, 0.5])
def test_a_few_sigmas_at_a_bound_raise_none_and_more_do(free, bound):
    assert kinds(with_sigma_at(free, bound, 0.04)) == []
    assert kinds(with_sigma_at(free, bound, 0.06)) == ["sigma_at_bounds"]


def test_a_sigma_at_the_lower_bound_says_so_and_what_to_type(free):
    ((_, sentence),) = alarms(with_sigma_at(free, 0.05, 0.25))
    assert sentence == (
        "σ at its bounds: 25% of σ lie at likelihood.sigma_min=0.05, so the errors are smaller than σ can say. "
        "Try likelihood.sigma_min=0.025."
    )
    ((_, sentence),) = alarms(with_sigma_at(free, 0.05, 0.25, granularity="pixel"))
    assert sentence.endswith(
        "Pixels that never vary end there whatever it is; with likelihood.granularity=image they count together with the others."
    )


def test_a_sigma_at_the_upper_bound_says_so_and_what_to_type(free):
    ((_, sentence),) = alarms(with_sigma_at(free, 0.5, 0.25))
    assert sentence == (
        "σ at its bounds: 25% of σ lie at likelihood.sigma_max=0.5, so the errors are larger than σ can say. "
        "Try likelihood.sigma_max=1, or a longer training."
    )
