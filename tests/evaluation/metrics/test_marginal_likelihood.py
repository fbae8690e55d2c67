"""log p(x) is asked for the images that are told, and compared with the bound of the same images."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.context import LogMarginals
from ssvae.evaluation.metrics import marginal_likelihood
from ssvae.evaluation.metrics.marginal_likelihood import not_asked, provide
from ssvae.evaluation.recipes import EvaluationConfig


class Asked:
    """Remembers what it was asked; log p(x) is the number of the image."""

    def __init__(self):
        self.questions = []

    def log_marginal(self, images, num_samples):
        self.questions.append((images, num_samples))
        count = len(images)
        return LogMarginals(np.arange(count, dtype=np.float32), np.linspace(1, num_samples, count))


@pytest.fixture
def asked(make_context):
    context = make_context(importance_samples=50)
    queries = Asked()
    object.__setattr__(context, "queries", queries)  # past the tests' type checks
    return context, queries


def test_all_test_images_are_asked_when_they_are_few(asked):
    context, queries = asked
    data = provide(context).data
    ((images, samples),) = queries.questions
    np.testing.assert_array_equal(images, context.dataset.test.images)
    assert samples == data["samples"] == 50
    assert data["images"] == 28
    assert data["log_marginal_test"] == data["metrics"]["metric.log_marginal.test"] == np.mean(np.arange(28))
    assert data["log_marginal_test_error"] == pytest.approx(np.arange(28).std() / np.sqrt(28))
    assert data["bits_per_dim_test"] == pytest.approx(-13.5 / (36 * np.log(2)))
    assert (data["effective_samples_mean"], data["effective_samples_min"]) == (25.5, 1.0)
    assert data["share_few_effective"] == pytest.approx(np.mean(np.linspace(1, 50, 28) < 5)) == 3 / 28


def test_of_many_images_an_even_part_is_asked_and_compared_with_its_own_bound(asked, monkeypatch):
    context, queries = asked
    monkeypatch.setattr(marginal_likelihood, "MOST_IMAGES", 7)
    data = provide(context).data
    rows = np.arange(0, 28, 4)
    np.testing.assert_array_equal(queries.questions[0][0], context.dataset.test.images[rows])
    gaps = np.arange(7) - context.predictions["test"].elbo[rows]
    assert data["images"] == 7
    assert data["elbo_gap"] == pytest.approx(gaps.mean())
    assert data["elbo_gap_error"] == pytest.approx(gaps.std() / np.sqrt(7))


def test_it_is_asked_by_samples():
    assert not_asked(EvaluationConfig(importance_samples=0)) == (
        "evaluation.importance_samples is 0",
        "evaluation.importance_samples=100",
    )
    assert not_asked(EvaluationConfig(importance_samples=1)) is None


def test_the_note_of_the_bound_stands_here_too(make_context):
    context = make_context()
    assert "soft Bernoulli" in provide(context).data["note"]
    assert dataclasses.asdict(context.settings)["importance_samples"] == 100
