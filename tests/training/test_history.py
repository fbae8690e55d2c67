"""The keys of an epoch and the rules of monitoring."""

import dataclasses
import math
import re

import pytest

from ssvae.classifiers.recipes import HeadConfig, NoClassifierConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.terms import TERMS
from ssvae.priors.recipes import StandardPriorConfig
from ssvae.training.history import EPOCH_KEYS, is_better, monitor_problem, weight_key

MIXTURE = SSVAEConfig()
STANDARD = SSVAEConfig(prior=StandardPriorConfig(), classifier=HeadConfig())


def test_no_key_is_listed_twice_and_every_term_has_its_weight():
    assert len(EPOCH_KEYS) == len(set(EPOCH_KEYS))
    assert {*TERMS, *map(weight_key, TERMS)} <= set(EPOCH_KEYS)


@pytest.mark.parametrize(
    ("key", "config", "message"),
    [
        ("loss.totl.val", MIXTURE, r"not measured. Did you mean 'loss.total.val'\? Known: "),
        ("loss.total", MIXTURE, r"not measured. Did you mean 'loss.total.val'\?"),
        ("loss.kl.c.val", STANDARD, r"never changes with one component. Try training.monitor=loss.total.val"),
        ("metric.k_eff", STANDARD, "never changes with one component"),
        (
            "metric.accuracy.val",
            dataclasses.replace(MIXTURE, classifier=NoClassifierConfig()),
            "classifier=none predicts nothing. Try classifier=tau",
        ),
    ],
)
def test_what_cannot_choose_an_epoch_says_why(key, config, message):
    problem = monitor_problem(key, config)
    assert problem is not None
    assert re.search(message, problem)


@pytest.mark.parametrize("key", ["loss.total.val", "metric.elbo.val", "metric.accuracy.val", "metric.k_eff"])
def test_what_is_measured_can_choose(key):
    assert monitor_problem(key, MIXTURE) is None


def test_losses_go_down_metrics_go_up_and_nan_never_wins():
    assert is_better("loss.total.val", 1.0, 2.0)
    assert not is_better("metric.elbo.val", 1.0, 2.0)
    assert is_better("metric.elbo.val", 2.0, 1.0)
    assert not is_better("loss.total.val", math.nan, 2.0)
    assert not is_better("metric.k_eff", math.nan, 2.0)
