"""Strange images beside known ones: which sets, which scores, asked once, judged as scikit-learn judges."""

import dataclasses
import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ssvae.evaluation.metrics import ood
from ssvae.evaluation.metrics.detection_scores import auroc_standard_error
from ssvae.evaluation.metrics.ood import (
    LEFT_OUT,
    OOD,
    not_asked,
    ood_predictions,
    provide,
    scores_of,
    strange_images,
    with_left_out_class,
)
from ssvae.evaluation.metrics.shifts import SHIFTS
from ssvae.evaluation.recipes import EvaluationConfig

NONE = EvaluationConfig()


def with_left_out(context):
    """The same with the training images standing for a class left out."""
    dataset = dataclasses.replace(context.dataset, left_out=context.dataset.train)
    return dataclasses.replace(context, dataset=dataset)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (("all",), list(SHIFTS)),
        (("none",), []),
        (("rotated", "noise"), ["noise", "rotated"]),
    ],
)
def test_the_sets_are_those_asked_for_and_a_class_left_out(make_context, asked, names):
    context = make_context(shifts=asked)
    assert list(strange_images(context)) == names
    found = strange_images(with_left_out(context))
    assert list(found) == [*names, LEFT_OUT]
    assert found[LEFT_OUT] is context.dataset.train.images


def test_a_class_left_out_is_asked_about_whatever_the_settings_say(make_context):
    assert not_asked(NONE) == ("evaluation.shifts is none", "evaluation.shifts=all")
    assert with_left_out_class(NONE, None) is NONE
    chosen = EvaluationConfig(shifts=("noise",))
    assert with_left_out_class(chosen, 3) is chosen
    settings = with_left_out_class(NONE, 0)
    assert not_asked(settings) is None
    context = dataclasses.replace(with_left_out(make_context()), settings=settings)
    assert list(strange_images(context)) == [LEFT_OUT]


def test_areas_agree_with_scikit_learn(make_context):
    context = make_context(shifts=("noise", "inverted"))
    data = provide(context).data
    assert data.keys() - {"metrics"} == OOD.meanings.keys()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["images"] == {"inverted": 28, "noise": 28}
    known = scores_of(context, context.predictions["test"])
    for name, found in ood_predictions(context).items():
        for score, values in scores_of(context, found).items():
            expected = roc_auc_score(np.repeat([1, 0], 28), np.concatenate([known[score], values]))
            assert data["auroc"][name][score] == pytest.approx(expected)
            error = auroc_standard_error(expected, 28, 28)
            assert data["auroc_error"][name][score] == pytest.approx(error)
            assert data["metrics"][f"metric.ood.auroc.{name}.{score}"] == data["auroc"][name][score]


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ({}, {"max_class_prob", "certainty", "component_sureness", "elbo"}),
        ({"classifier": "head"}, {"max_class_prob", "component_sureness", "elbo"}),
        ({"classifier": "none"}, {"component_sureness", "elbo"}),
        ({"classifier": "head", "num_components": 1}, {"max_class_prob", "elbo"}),
    ],
)
def test_a_model_has_the_scores_that_its_parts_allow(make_context, parts, names):
    context = make_context(shifts=("noise",), importance_samples=0, **parts)
    assert scores_of(context, context.predictions["test"]).keys() == names
    assert provide(context).data["auroc"]["noise"].keys() == names
    asked = make_context(shifts=("noise",), importance_samples=3, **parts)
    assert provide(asked).data["auroc"]["noise"].keys() == names | {"log_marginal"}


def test_every_score_is_higher_for_what_is_familiar(make_context):
    context = make_context()
    found = context.predictions["test"]
    sure = np.eye(6, dtype=np.float32)[np.zeros(28, int)]
    certain = dataclasses.replace(
        found, responsibilities=sure, class_probs=sure[:, :4], recon=np.zeros(28, np.float32)
    )
    one, other = scores_of(context, certain), scores_of(context, found)
    for name in one:
        assert one[name].mean() > other[name].mean(), name


def test_each_set_is_predicted_once_whoever_asks(make_context, monkeypatch):
    context = make_context(shifts=("noise", "inverted"))
    asked = []
    predict = context.queries.predict
    monkeypatch.setattr(context.queries, "predict", lambda images: asked.append(images) or predict(images))
    provide(context)
    assert ood_predictions(context)["noise"] is ood_predictions(context)["noise"]
    assert len(asked) == 2
    ood_predictions(make_context(shifts=("noise",)))  # of another model
    assert len(asked) == 2


def test_log_marginals_are_of_few_images_and_few_samples(make_context, monkeypatch):
    context = make_context(shifts=("noise",), importance_samples=5000)
    monkeypatch.setattr(ood, "MOST_IMAGES", 10)
    asked = []
    log_marginal = context.queries.log_marginal
    monkeypatch.setattr(
        context.queries,
        "log_marginal",
        lambda images, samples: asked.append((len(images), samples)) or log_marginal(images, samples),
    )
    provide(context)
    assert asked == [(10, 100), (10, 100)]
