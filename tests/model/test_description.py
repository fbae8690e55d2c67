"""The model in words: every part, its settings, its parameters counted."""

import dataclasses

from ssvae.classifiers.recipes import HeadConfig
from ssvae.model.description import count_parameters, describe_model
from ssvae.model.structure import Structure
from ssvae.priors.recipes import StandardPriorConfig


def lines_of(config):
    params = Structure.of(config, (4, 4, 1), 3).param_shapes()
    return describe_model(config, (4, 4, 1), 3, params), params


def line_of(config, part):
    (line,) = [line for line in lines_of(config)[0] if line.strip().startswith(f"{part}:")]
    return line


def test_parameters_are_counted_by_hand(config):
    lines, params = lines_of(config)
    encoder = (16 * 6 + 6) + 2 * (6 * 2 + 2)
    decoder = (2 * 6 + 6) + (6 * 16 + 16)
    prior = 4 * 2 + 4 * 2 + 4
    assert count_parameters(params) == encoder + decoder + prior
    assert f"{encoder:,} parameters" in lines[1]
    assert lines[-1].split() == ["total:", str(encoder + decoder + prior), "parameters"]


def test_the_prior_says_how_many_components_and_what_is_learned(config):
    assert "K = 4, learnable π" in line_of(config, "prior")
    fixed = dataclasses.replace(config, prior=dataclasses.replace(config.prior, learn_weights=False))
    assert "K = 4, fixed π" in line_of(fixed, "prior")
    standard = dataclasses.replace(config, prior=StandardPriorConfig(), classifier=HeadConfig())
    assert "standard, K = 1" in line_of(standard, "prior")
    assert "0 parameters" in line_of(standard, "prior")
