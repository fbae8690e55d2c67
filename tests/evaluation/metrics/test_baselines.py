"""Baselines see what the model saw, are measured once per data set, and believe no cache that cannot be right."""

import dataclasses
import json

import numpy as np
import pytest

from ssvae.config import read_recipe
from ssvae.evaluation.metrics import baselines
from ssvae.evaluation.metrics.baselines import BASELINES, CLASSICAL_BASELINES, not_asked, provide
from ssvae.evaluation.metrics.class_probs import standard_error
from ssvae.evaluation.metrics.classical import Answers
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.likelihoods.recipes import BernoulliConfig
from ssvae.status import Status


@pytest.fixture
def asked(monkeypatch):
    """What `knn` was shown, call by call; it says class 1 of everything and reaches all but one image."""
    calls = []

    def method(shown, others):
        calls.append((shown, others))
        return Answers(np.ones(len(others), int), np.arange(len(others)) != len(others) - 1)

    monkeypatch.setitem(baselines.BASELINES, "knn", method)
    return calls


def test_methods_see_the_training_images_and_the_labels_the_model_saw(make_context, asked):
    context = make_context(baselines=("knn",))
    dataset = context.dataset
    provide(context)
    ((shown, others),) = asked
    np.testing.assert_allclose(shown.rows, dataset.train.images.reshape(40, -1) / 16, rtol=1e-6)
    np.testing.assert_array_equal(np.flatnonzero(shown.labels != -1), dataset.labeled_indices)
    np.testing.assert_array_equal(
        shown.labels[dataset.labeled_indices], dataset.train.labels[dataset.labeled_indices]
    )
    assert len(others) == 24 + 28


def test_scores_are_those_of_their_split(make_context, asked):
    context = make_context(baselines=("knn",))
    data = provide(context).data
    test, validation = (
        np.mean(part.labels == 1) for part in (context.dataset.test, context.dataset.validation)
    )
    assert data["accuracy_test"] == {"knn": test}
    assert data["accuracy_validation"] == {"knn": validation}
    assert data["accuracy_test_error"] == {"knn": standard_error(test, 28)}
    assert data["unreached_test"] == {"knn": 1}
    assert data["num_labeled"] == 8
    assert data["metrics"] == {
        "metric.baseline.knn.accuracy.val": validation,
        "metric.baseline.knn.accuracy.test": test,
    }


def test_all_methods_answer_on_real_arrays(make_context):
    data = provide(make_context(baselines=("all",))).data
    assert data["accuracy_test"].keys() == data["settings"].keys() == BASELINES.keys()
    assert all(0 <= share <= 1 for share in data["accuracy_test"].values())
    assert data.keys() - {"metrics"} == CLASSICAL_BASELINES.meanings.keys()
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_they_are_asked_for_by_name():
    assert not_asked(EvaluationConfig()) == ("evaluation.baselines is none", "evaluation.baselines=all")
    assert not_asked(EvaluationConfig(baselines=("knn",))) is None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [([], "no training image shows its label"), ([0, 4], "all labels seen are of one class")],
)
def test_without_labels_to_learn_from_there_is_nothing_to_compare(make_context, rows, reason):
    context = make_context(baselines=("all",), classifier="none")
    dataset = dataclasses.replace(context.dataset, labeled_indices=np.array(rows, int))
    result = provide(dataclasses.replace(context, dataset=dataset))
    assert (result.status, result.reason, result.remedy) == (Status.DISABLED, reason, "data.num_labeled=40")


def test_the_same_data_are_measured_once(make_context, asked):
    context = make_context(baselines=("knn",))
    first = provide(context)
    later = dataclasses.replace(make_context(baselines=("knn",)), cache=context.cache)
    assert provide(later) == first
    assert len(asked) == 1
    assert json.loads(json.dumps(context.cache)) == context.cache


def another_fingerprint(context):
    return dataclasses.replace(context, dataset=dataclasses.replace(context.dataset, fingerprint="1" * 64))


def black_and_white(context):
    likelihood = read_recipe(BernoulliConfig, {"binarization": "static"})
    return dataclasses.replace(context, config=dataclasses.replace(context.config, likelihood=likelihood))


@pytest.mark.parametrize("change", [another_fingerprint, black_and_white])
def test_other_data_are_measured_again(make_context, asked, change):
    context = make_context(baselines=("knn",))
    provide(context)
    provide(change(context))
    assert len(asked) == len(context.cache) == 2


def test_another_scikit_learn_measures_again(make_context, asked, monkeypatch):
    context = make_context(baselines=("knn",))
    provide(context)
    monkeypatch.setattr(baselines, "version", lambda name: "99.0")
    provide(context)
    assert len(asked) == 2


RIGHT = {"accuracy_test": 0.5, "accuracy_validation": 0.25, "unreached_test": 0}


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "0.9",
        {},
        {"accuracy_test": 0.5},
        RIGHT | {"more": 1},
        RIGHT | {"accuracy_test": 1.5},
        RIGHT | {"accuracy_test": float("nan")},
        RIGHT | {"accuracy_validation": "<script>"},
        RIGHT | {"accuracy_validation": True},
        RIGHT | {"unreached_test": -1},
        RIGHT | {"unreached_test": 29},
        RIGHT | {"unreached_test": 0.5},
    ],
)
def test_a_cache_that_cannot_be_right_is_not_believed(make_context, asked, kept):
    context = make_context(baselines=("knn",))
    expected = provide(context)
    (key,) = context.cache
    context.cache[key] = kept
    assert provide(context) == expected
    assert len(asked) == 2


def test_a_cache_that_can_be_right_is_believed(make_context, asked):
    context = make_context(baselines=("knn",))
    provide(context)
    (key,) = context.cache
    context.cache[key] = dict(RIGHT)
    assert provide(context).data["accuracy_test"] == {"knn": 0.5}
    assert len(asked) == 1
