"""Accuracies are taken on the right images, labeled and unlabeled training images apart."""

import dataclasses

import numpy as np
import pytest
from sklearn import metrics as scores

from ssvae.evaluation.metrics.classification import provide


def _with_probs(context, split, probs):
    found = dataclasses.replace(context.predictions[split], class_probs=probs)
    return dataclasses.replace(context, predictions={**context.predictions, split: found})


def test_labeled_and_unlabeled_training_images_are_scored_apart(make_context):
    context = make_context()
    labels = context.dataset.train.labels
    is_labeled = np.isin(np.arange(len(labels)), context.dataset.labeled_indices)
    predicted = np.where(is_labeled, labels, (labels + 1) % 4)  # right on shown labels only
    data = provide(_with_probs(context, "train", np.eye(4)[predicted])).data
    assert data["accuracy_train_labeled"] == 1.0
    assert data["accuracy_train_unlabeled"] == 0.0
    assert data["accuracy_train"] == pytest.approx(8 / 40)
    assert data["num_labeled"] == 8
    assert data["labels_per_class"] == [2, 2, 2, 2]


def test_without_unlabeled_images_there_is_no_such_accuracy(make_context):
    context = make_context()
    everything = np.arange(len(context.dataset.train))
    data = provide(
        dataclasses.replace(context, dataset=dataclasses.replace(context.dataset, labeled_indices=everything))
    ).data
    assert data["accuracy_train_unlabeled"] is None
    assert "metric.accuracy.train.unlabeled" not in data["metrics"]


def test_each_split_is_scored_with_its_own_labels(make_context):
    context = make_context()
    for split in ("validation", "test"):
        labels = context.split(split).labels
        right = provide(_with_probs(context, split, np.eye(4)[labels])).data
        wrong = provide(_with_probs(context, split, np.eye(4)[(labels + 1) % 4])).data
        assert right[f"accuracy_{split}"] == 1.0
        assert wrong[f"accuracy_{split}"] == 0.0


def test_test_scores_agree_with_each_other(make_context):
    context = make_context(classifier="head")
    data = provide(context).data
    confusion = np.array(data["confusion"])
    assert confusion.sum() == len(context.dataset.test)
    assert np.trace(confusion) / confusion.sum() == pytest.approx(data["accuracy_test"])
    np.testing.assert_array_equal(confusion.sum(axis=1), np.bincount(context.dataset.test.labels))
    assert data["metrics"]["metric.accuracy.test"] == data["accuracy_test"]
    assert data["metrics"]["metric.accuracy.val"] == data["accuracy_validation"]
    assert data["metrics"]["metric.classifier.nll.test"] == data["nll_test"]


def test_everything_agrees_with_scikit_learn(make_context):
    context = make_context(classifier="head")
    found = context.predictions["test"].class_probs.astype(np.float64)
    probs, labels = found / found.sum(axis=1, keepdims=True), context.dataset.test.labels
    predicted, data = probs.argmax(axis=1), provide(_with_probs(context, "test", probs)).data
    assert data["accuracy_test"] == pytest.approx(scores.accuracy_score(labels, predicted))
    assert data["nll_test"] == pytest.approx(scores.log_loss(labels, probs), abs=1e-10)
    assert data["brier_test"] == pytest.approx(
        scores.brier_score_loss(labels, probs, scale_by_half=False), abs=1e-10
    )
    np.testing.assert_array_equal(data["confusion"], scores.confusion_matrix(labels, predicted))
    np.testing.assert_allclose(
        data["accuracy_per_class"], scores.recall_score(labels, predicted, average=None)
    )


def test_doubtful_images_can_be_left_out(make_context):
    context = make_context()
    labels = context.dataset.test.labels
    sure = np.arange(28) < 14  # the surer half is right
    probs = np.where(sure[:, None], 0.9, 0.6) * np.eye(4)[np.where(sure, labels, (labels + 1) % 4)] + 0.01
    data = provide(_with_probs(context, "test", probs)).data
    assert data["accuracy_test"] == 0.5
    assert data["accuracy_at_coverage_80"] == pytest.approx(14 / 23)
    assert data["accuracy_at_coverage_90"] == pytest.approx(14 / 26)
    assert data["accuracy_at_coverage_95"] == pytest.approx(14 / 27)
    assert data["aurc_test"] == data["metrics"]["metric.classifier.aurc.test"]
    assert 0 < data["aurc_test"] < 0.5


def test_absent_probabilities_are_named(make_context):
    context = _with_probs(make_context(), "test", None)
    with pytest.raises(ValueError, match="classifier=tau gave no class probabilities for test images"):
        provide(context)
