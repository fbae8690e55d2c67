import dataclasses

import numpy as np

from ssvae.evaluation.detectors import DETECTORS
from ssvae.evaluation.detectors.detector import CannotTell
from ssvae.priors.recipes import VampPriorConfig


def test_a_healthy_model_has_none(healthy, look):
    assert look("component_collapse", healthy) is None
    assert look("low_information", healthy) is None
    assert look("posterior_collapse", healthy) is None


def test_one_component_for_all_is_a_collapse_without_information(healthy, look, with_validation):
    ill = with_validation(healthy, responsibilities=np.eye(6)[np.zeros(24, int)])
    seen = look("component_collapse", ill)
    assert "1.0 of 6 components are in effect, the largest holds 100% of the images." in seen.text
    assert seen.remedy == "model.diversity_weight=1.0"
    assert look("low_information", ill) is not None


def test_undecided_responsibilities_carry_no_information_though_all_components_are_used(
    healthy, look, with_validation
):
    """k_eff is K here: the trap of judging by usage alone."""
    ill = with_validation(healthy, responsibilities=np.full((24, 6), 1 / 6))
    assert look("component_collapse", ill) is None
    assert "0.00 nats about the image of the 1.39" in look("low_information", ill).text


def test_a_code_that_costs_nothing_says_nothing(healthy, look, with_validation):
    ill = with_validation(healthy, kl_z=np.full(24, 0.1))
    text = look("posterior_collapse", ill).text
    assert "z carries 0.10 nats per image (loss.kl.z)" in text
    assert text.endswith("; 1.70 the component.")  # which must not hide it


def test_a_code_whose_dimensions_never_vary_has_collapsed_whatever_it_costs(healthy, look, with_validation):
    ill = with_validation(healthy, mean=np.ones((24, 3), np.float32))
    assert "in 0 of its 3 dimensions" in look("posterior_collapse", ill).text


def test_components_that_became_one_are_seen(healthy, look):
    apart = {"closest_distance": 3.1, "closest_pair": [0, 4]}
    assert look("merged_components", healthy, mixture_prior=apart) is None
    merged = apart | {"closest_distance": 0.5}
    assert "The components 0 and 4 of the prior are 0.50 standard" in (
        look("merged_components", healthy, mixture_prior=merged).text
    )
    untold = look("merged_components", healthy, mixture_prior={"closest_distance": None})
    assert isinstance(untold, CannotTell)


def test_a_single_component_cannot_collapse(make_context):
    config = make_context(num_components=1, classifier="head").config
    for name in ("component_collapse", "low_information", "merged_components"):
        assert DETECTORS[name].absence(config) is not None


def test_pseudo_inputs_may_lie_together(make_context):
    config = make_context().config
    assert DETECTORS["merged_components"].absence(config) is None
    vamp = dataclasses.replace(config, prior=VampPriorConfig())
    assert DETECTORS["merged_components"].absence(vamp) == (
        "components of prior=vamp overlap by design",
        "prior=mixture",
    )


def test_a_silent_code_is_looked_for_in_every_model(make_context):
    config = make_context(num_components=1, classifier="head").config
    assert DETECTORS["posterior_collapse"].absence(config) is None
