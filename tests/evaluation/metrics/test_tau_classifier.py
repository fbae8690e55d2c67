"""What the table of classes covers; each verdict can come out both ways."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.metrics.tau_classifier import (
    certainty,
    labels_per_component,
    named_components,
    provide,
)


def _one_hot(labels, num_classes=4):
    return np.eye(num_classes)[labels]


def test_certainty_of_the_worked_example_stays_below_the_class_probability():
    responsibilities = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    tau = np.array([[2.4, 1.3], [1.6, 1.7]]) / np.array([[3.7], [3.3]])
    np.testing.assert_allclose(tau, [[0.648649, 0.351351], [0.484848, 0.515152]], atol=1e-6)
    sure = certainty(responsibilities, tau)
    assert sure[0] == pytest.approx(0.518919, abs=1e-6)
    assert (sure <= (responsibilities @ tau).max(axis=1) + 1e-12).all()


def test_two_components_of_one_class_look_uncertain():
    assert certainty(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0], [1.0, 0.0]])) == [0.5]


@pytest.mark.parametrize(
    ("labels", "covered"), [([0, 1, 2, 3, 0, 1], 4), ([0, 0, 0, 0, 1, 1], 2), ([2] * 6, 1)]
)
def test_coverage_counts_classes_that_a_component_names(make_context, with_labels, labels, covered):
    data = provide(with_labels(make_context(), _one_hot(labels))).data
    assert data["coverage"] == covered
    assert data["components_per_class"] == np.bincount(labels, minlength=4).tolist()
    assert data["uncovered_classes"] == sorted({0, 1, 2, 3} - set(labels))
    assert data["component_certainty"] == 1.0
    assert data["free_components"] == []


def test_a_used_component_that_names_no_class_is_free(make_context, with_labels):
    context = make_context()
    assert (context.usage() > 0.1 / 6).all()
    tau = _one_hot([0, 1, 2, 3, 0, 1])
    tau[2] = 0.25  # chance: nothing is known of component 2, the only one of class 2
    data = provide(with_labels(context, tau)).data
    assert data["free_components"] == [2]
    assert data["uncovered_classes"] == [2]
    assert data["coverage"] == 3
    assert data["metrics"]["metric.tau.free"] == 1


def test_an_unused_component_is_not_free_but_dead(make_context, with_labels):
    context = make_context()
    rows = np.eye(6)[np.arange(24) % 5]  # component 5 is never used
    found = dataclasses.replace(context.predictions["validation"], responsibilities=rows)
    context = dataclasses.replace(context, predictions={**context.predictions, "validation": found})
    data = provide(with_labels(context, np.full((6, 4), 0.25))).data
    assert data["free_components"] == [0, 1, 2, 3, 4]


def _with_responsibilities(context, rows):
    found = dataclasses.replace(context.predictions["validation"], responsibilities=rows)
    return dataclasses.replace(context, predictions={**context.predictions, "validation": found})


@pytest.mark.parametrize(("unnamed", "free"), [([], []), ([4], [4]), ([0, 3, 5], [0, 3, 5])])
def test_free_components_are_none_or_some_as_the_table_says(make_context, with_labels, unnamed, free):
    """Bounds that cannot be reached would report the same number for every table."""
    tau = _one_hot([0, 1, 2, 3, 0, 1]) * 0.97 + 0.0075
    tau[unnamed] = 0.25
    data = provide(with_labels(make_context(), tau)).data
    assert data["free_components"] == free
    assert data["metrics"]["metric.tau.free"] == len(free)


def test_all_images_on_one_component_of_one_class_are_familiar(make_context, with_labels):
    context = _with_responsibilities(make_context(), np.eye(6)[np.zeros(24, dtype=int)])
    data = provide(with_labels(context, _one_hot([0, 1, 2, 3, 0, 1]))).data
    assert data["ood_score"] == data["ood_certainty"] == 0


def test_images_shared_by_two_components_of_one_class_are_strange_by_certainty_alone(
    make_context, with_labels
):
    rows = np.tile([[0.5, 0.0, 0.0, 0.0, 0.5, 0.0]], (24, 1))
    data = provide(
        with_labels(_with_responsibilities(make_context(), rows), _one_hot([0, 1, 2, 3, 0, 1]))
    ).data
    assert data["ood_score"] == 0
    assert data["ood_certainty"] == 0.5
    assert data["metrics"]["metric.tau.ood_score"] == 0
    assert data["metrics"]["metric.tau.ood_certainty"] == 0.5


def test_both_scores_of_strangeness_are_means_over_validation_images(make_context):
    context = make_context()
    responsibilities = context.predictions["validation"].responsibilities.astype(np.float64)
    data = provide(context).data
    expected = [
        1 - max(sum(row[c] * context.tau[c, y] for c in range(6)) for y in range(4))
        for row in responsibilities
    ]
    assert data["ood_score"] == pytest.approx(np.mean(expected), abs=1e-12)
    assert data["ood_certainty"] == pytest.approx(1 - data["certainty"], abs=1e-12)
    assert data["ood_score"] <= data["ood_certainty"]


@pytest.mark.parametrize(("num_components", "num_classes"), [(2, 2), (20, 10), (3, 7), (1, 4)])
def test_certainty_never_exceeds_the_largest_class_probability(num_components, num_classes):
    rng = np.random.default_rng(num_components)
    responsibilities = rng.dirichlet(np.full(num_components, 0.3), size=300)
    tau = rng.dirichlet(np.full(num_classes, 0.3), size=num_components)
    certain, probable = certainty(responsibilities, tau), (responsibilities @ tau).max(axis=1)
    assert (certain <= probable + 1e-12).all()
    surely = np.eye(num_components)[
        rng.integers(0, num_components, 50)
    ]  # equal for an image of one component
    np.testing.assert_allclose(certainty(surely, tau), (surely @ tau).max(axis=1), rtol=1e-12)


@pytest.mark.parametrize("num_classes", [2, 10, 100])
def test_both_verdicts_can_be_reached_for_any_number_of_classes(num_classes):
    nothing_known = np.full((1, num_classes), 1 / num_classes)
    surely = np.full((1, num_classes), 0.01 / (num_classes - 1))
    surely[0, 0] = 0.99  # where τ starts
    assert not named_components(nothing_known, np.ones(1))[0]
    assert named_components(surely, np.ones(1))[0]
    assert not named_components(surely, np.zeros(1))[0]


def test_a_sure_table_without_labels_behind_it_names_nothing(make_context, with_labels):
    """τ starts near one class per component and fades slowly: of itself it says nothing of the data."""
    tau = _one_hot([0, 1, 2, 3, 0, 1]) * 0.94 + 0.015
    data = provide(with_labels(make_context(), tau, behind=[1, 4])).data
    assert data["labels_per_component"] == [0, 1, 0, 0, 1, 0]
    assert data["coverage"] == 2
    assert data["uncovered_classes"] == [2, 3]
    assert data["components_per_class"] == [1, 1, 0, 0]
    assert data["free_components"] == [0, 2, 3, 5]
    nothing = provide(with_labels(make_context(), tau, behind=[])).data
    assert nothing["coverage"] == 0
    assert nothing["uncovered_classes"] == [0, 1, 2, 3]


def test_labels_count_by_responsibility_and_for_the_class_of_the_table_alone(make_context, with_labels):
    context = with_labels(make_context(), _one_hot([0, 1, 2, 3, 0, 1]), behind=[0, 1])  # labels 0 and 1
    train = dataclasses.replace(
        context.predictions["train"],
        responsibilities=np.tile([[0.4, 0.5, 0.0, 0.1, 0.0, 0.0]], (40, 1)).astype(np.float32),
    )
    context = dataclasses.replace(context, predictions={**context.predictions, "train": train})
    labels = labels_per_component(context, context.tau)
    np.testing.assert_allclose(labels, [0.4, 0.5, 0, 0, 0, 0], atol=1e-7)
    np.testing.assert_allclose(labels_per_component(context, context.tau, only=1), [0.5], atol=1e-7)
    np.testing.assert_array_equal(named_components(context.tau, labels), np.arange(6) == 1)


def test_numbering_of_components_changes_no_score(make_context, permute):
    context = make_context()
    one, other = provide(context).data, provide(permute(context, np.array([3, 5, 0, 1, 4, 2]))).data
    for key in ("coverage", "components_per_class", "uncovered_classes"):
        assert other[key] == one[key]
    assert other["certainty"] == pytest.approx(one["certainty"], abs=1e-9)


def test_an_absent_table_is_named(make_context):
    with pytest.raises(ValueError, match="classifier=tau gave no table"):
        provide(dataclasses.replace(make_context(), tau=None))
