"""Clusters are the most probable components of test images; true labels score them and play no other part."""

import dataclasses
import re

import numpy as np
import pytest

from ssvae.evaluation.metrics.clustering import CLUSTERING, provide

TEST_SIZE = 28


def _with_components(context, components, num_components=6):
    """Test images that belong to these components, with some doubt."""
    rows = np.full((TEST_SIZE, num_components), 0.3 / num_components)
    rows[np.arange(TEST_SIZE), components] += 0.7
    found = dataclasses.replace(context.predictions["test"], responsibilities=rows)
    return dataclasses.replace(context, predictions={**context.predictions, "test": found})


def test_components_that_are_the_classes_are_perfect(make_context):
    context = make_context(num_components=6)
    data = provide(_with_components(context, (context.dataset.test.labels + 2) % 6)).data
    assert data["accuracy"] == data["purity"] == 1
    assert data["nmi"] == data["ari"] == pytest.approx(1)
    assert (data["num_components"], data["num_classes"], data["clusters_used"]) == (6, 4, 4)


def test_two_components_of_one_class_cost_accuracy_and_leave_purity(make_context):
    context = make_context(num_components=8)
    labels = context.dataset.test.labels
    components = labels + 4 * (np.arange(TEST_SIZE) >= TEST_SIZE // 2)
    data = provide(_with_components(context, components, 8)).data
    assert data["purity"] == 1
    # 28 images, 7 of each of 4 classes; each class is cut into 4 and 3, or 3 and 4, and keeps the larger piece.
    assert data["accuracy"] == 16 / 28
    assert data["clusters_used"] == 8


def test_one_component_for_all_knows_nothing(make_context):
    data = provide(_with_components(make_context(num_components=6), np.zeros(TEST_SIZE, dtype=int))).data
    assert data["accuracy"] == data["purity"] == 0.25
    assert data["nmi"] == data["ari"] == 0
    assert data["clusters_used"] == 1


def test_fewer_components_than_classes_leave_classes_without_one(make_context):
    context = make_context(num_components=2, classifier="none")
    data = provide(_with_components(context, context.dataset.test.labels % 2, 2)).data
    assert data["accuracy"] == data["purity"] == 0.5
    assert data["clusters_used"] == 2


def test_only_test_images_count(make_context):
    context = make_context()
    others = {
        name: dataclasses.replace(
            context.predictions[name],
            responsibilities=np.full_like(context.predictions[name].responsibilities, 1 / 6),
        )
        for name in ("train", "validation")
    }
    other = dataclasses.replace(context, predictions={**context.predictions, **others})
    assert provide(other) == provide(context)


def test_no_classifier_is_needed(make_context):
    assert provide(make_context(classifier="none")).data["accuracy"] > 0.25


def test_scores_are_metrics_of_the_test_split(make_context):
    data = provide(make_context()).data
    assert data["metrics"] == {
        f"metric.clustering.{name}.test": data[name] for name in ("accuracy", "purity", "nmi", "ari")
    }


@pytest.mark.parametrize(
    ("num_components", "words"),
    [
        (4, "as many components as classes"),
        (6, "6 components for 4 classes: .* Read the two together"),
        (3, "3 components for 4 classes: .* Read the two together"),
    ],
)
def test_the_note_says_when_accuracy_and_purity_need_each_other(make_context, num_components, words):
    note = provide(make_context(num_components=num_components, classifier="none")).data["note"]
    assert re.search(words, note)


def test_a_class_left_out_is_not_counted(make_context):
    context = make_context(num_components=3)
    test = context.dataset.test
    kept = dataclasses.replace(test, labels=test.labels % 3)  # no test image is of class 3
    gone = test.take(np.flatnonzero(test.labels == 3))
    changed = dataclasses.replace(
        context, dataset=dataclasses.replace(context.dataset, test=kept, left_out=gone)
    )
    data = provide(_with_components(changed, kept.labels, 3)).data
    assert data["num_classes"] == 3
    assert data["accuracy"] == data["purity"] == 1
    assert data["note"].startswith("as many components as classes")


def test_one_component_is_no_clustering(make_context):
    config = make_context(num_components=1, classifier="head").config
    assert CLUSTERING.absence(config) == ("the prior has one component", "prior=mixture")
