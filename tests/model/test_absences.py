"""Reasons name the setting at fault, and remedies can be typed as they stand."""

import pytest
import yaml

from ssvae.classifiers.recipes import HeadConfig, NoClassifierConfig, TauConfig
from ssvae.config import mapping_from_recipe, read_recipe
from ssvae.model.absences import needs_classifier, needs_components, needs_tau
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.terms import TERMS, absence
from ssvae.priors.recipes import MixturePriorConfig, StandardPriorConfig


@pytest.mark.parametrize(
    ("needs", "parts", "answer"),
    [
        (needs_components, {"num_components": 2}, None),
        (
            needs_components,
            {"num_components": 1, "classifier": "head"},
            ("the prior has one component", "prior=mixture"),
        ),
        (needs_classifier, {"classifier": "tau"}, None),
        (needs_classifier, {"classifier": "head"}, None),
        (needs_classifier, {"classifier": "none"}, ("classifier=none", "classifier=tau")),
        (
            needs_classifier,
            {"classifier": "none", "num_components": 1},
            ("classifier=none", "classifier=head"),
        ),
        (needs_tau, {"classifier": "tau"}, None),
        (needs_tau, {"classifier": "head"}, ("classifier=head", "classifier=tau")),
        (needs_tau, {"classifier": "none"}, ("classifier=none", "classifier=tau")),
        (
            needs_tau,
            {"classifier": "head", "num_components": 1},
            ("classifier=head", "prior=mixture classifier=tau"),
        ),
    ],
)
def test_reason_and_remedy(needs, parts, answer):
    assert needs(model(**parts)) == answer


def model(num_components=6, classifier="tau"):
    prior = (
        {"name": "mixture", "num_components": num_components} if num_components > 1 else {"name": "standard"}
    )
    return read_recipe(SSVAEConfig, {"prior": prior, "classifier": {"name": classifier}})


def typed(config: SSVAEConfig, words: str) -> SSVAEConfig:
    """The model after typing `group=option` or `group.setting=value` words."""
    mapping = mapping_from_recipe(config)
    for word in words.split():
        path, value = word.split("=")
        group, _, setting = path.partition(".")
        if setting:
            mapping[group][setting] = yaml.safe_load(value)
        else:
            mapping[group] = {"name": value}
    return read_recipe(SSVAEConfig, mapping)


PRIORS = [
    StandardPriorConfig(),
    MixturePriorConfig(num_components=1),
    MixturePriorConfig(learn_weights=False),
    MixturePriorConfig(),
]


@pytest.mark.parametrize("prior", PRIORS, ids=str)
@pytest.mark.parametrize("classifier", [NoClassifierConfig(), HeadConfig(), TauConfig()], ids=str)
def test_typing_the_remedy_brings_every_term(prior, classifier):
    config = SSVAEConfig(prior=prior, classifier=classifier)
    for key in TERMS:
        for _ in range(2):  # a term may lack two things; each remedy brings one
            if (why := absence(key, config)) is not None:
                config = typed(config, why[1])
        assert absence(key, config) is None, key
