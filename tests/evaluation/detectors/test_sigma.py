import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.detectors import DETECTORS


@pytest.fixture
def with_sigma_at(make_context, with_validation):
    """A function that gives a model a share of whose σ lies at a bound; the bounds are 0.05 and 0.5."""
    free = make_context(likelihood="heteroscedastic", num_components=1, classifier="head")

    def make(bound: float, share: float, granularity: str = "image"):
        sigma = np.full((24, 6, 6, 1), 0.2, np.float32)
        sigma.ravel()[: round(share * sigma.size)] = bound
        likelihood = dataclasses.replace(free.config.likelihood, granularity=granularity)
        config = dataclasses.replace(free.config, likelihood=likelihood)
        return with_validation(dataclasses.replace(free, config=config), pixel_std=sigma)

    return make


@pytest.mark.parametrize("bound", [0.05, 0.5])
def test_a_few_sigmas_at_a_bound_are_none_and_more_are_one(with_sigma_at, look, bound):
    assert look("sigma_at_bounds", with_sigma_at(bound, 0.04)) is None
    assert look("sigma_at_bounds", with_sigma_at(bound, 0.06)) is not None


def test_a_sigma_at_the_lower_bound_says_so_and_what_to_type(with_sigma_at, look):
    seen = look("sigma_at_bounds", with_sigma_at(0.05, 0.25))
    assert seen.text == ("25% of σ lie at likelihood.sigma_min=0.05: the errors are smaller than σ can say.")
    assert seen.remedy == "likelihood.sigma_min=0.025"
    seen = look("sigma_at_bounds", with_sigma_at(0.05, 0.25, granularity="pixel"))
    assert "pixels that never vary end there whatever it is" in seen.remedy


def test_a_sigma_at_the_upper_bound_says_so_and_what_to_type(with_sigma_at, look):
    seen = look("sigma_at_bounds", with_sigma_at(0.5, 0.25))
    assert seen.text == "25% of σ lie at likelihood.sigma_max=0.5: the errors are larger than σ can say."
    assert seen.remedy == "likelihood.sigma_max=1, or a longer training"


def test_only_one_likelihood_has_bounds(make_context):
    assert DETECTORS["sigma_at_bounds"].absence(make_context().config) is not None
