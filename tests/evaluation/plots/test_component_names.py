"""One order and one name for a component in all figures."""

import dataclasses

import numpy as np

from ssvae.evaluation.plots.component_names import (
    UNKNOWN,
    component_classes,
    component_order,
    component_title,
    most_used,
)


def _with_usage(context, usage):
    found = dataclasses.replace(
        context.predictions["validation"], responsibilities=np.tile(np.asarray(usage, float), (24, 1))
    )
    return dataclasses.replace(context, predictions={**context.predictions, "validation": found})


CLASSES = np.eye(4)[[0, 1, 2, 3, 0, 1]]
USAGE = [0.1, 0.2, 0.15, 0.05, 0.3, 0.2]


def test_order_is_by_class_and_then_by_usage(make_context, with_labels):
    context = _with_usage(with_labels(make_context(), CLASSES), USAGE)
    np.testing.assert_array_equal(component_order(context), [4, 0, 1, 5, 2, 3])


def test_components_without_a_class_are_last_by_usage(make_context, with_labels):
    context = _with_usage(with_labels(make_context(), CLASSES, behind=[1, 2, 3]), USAGE)
    np.testing.assert_array_equal(component_order(context), [1, 2, 3, 4, 5, 0])
    np.testing.assert_array_equal(component_classes(context), [UNKNOWN, 1, 2, 3, UNKNOWN, UNKNOWN])
    without = component_classes(make_context(classifier="none"))
    np.testing.assert_array_equal(without, [UNKNOWN] * 6)


def test_order_is_by_number_without_classes(make_context):
    np.testing.assert_array_equal(component_order(make_context(classifier="head")), np.arange(6))


def test_the_most_used_keep_their_order(make_context, with_labels):
    context = _with_usage(with_labels(make_context(), CLASSES), USAGE)
    np.testing.assert_array_equal(most_used(context, 3), [4, 1, 5])
    np.testing.assert_array_equal(most_used(context, 6), component_order(context))


def test_a_name_tells_the_class_and_its_probability(make_context, with_labels):
    tau = np.full((6, 4), 0.02 / 3)
    tau[3, 2] = 0.98
    assert component_title(with_labels(make_context(), tau), 3) == "c=3 → 2 (0.98)"
    assert component_title(make_context(classifier="none"), 3) == "c=3"


def test_a_name_tells_why_there_is_no_class(make_context, with_labels):
    tau = CLASSES.copy()
    tau[2] = [0.3, 0.3, 0.2, 0.2]
    context = with_labels(make_context(), tau, behind=[1, 2])
    titles = [component_title(context, c) for c in (0, 1, 2)]
    assert titles == ["c=0 (no labels)", "c=1 → 1 (1.00)", "c=2 (no class)"]
