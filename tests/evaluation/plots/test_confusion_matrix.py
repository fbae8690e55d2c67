"""Counts are printed where they are, shading and recall are shares of the true class."""

import dataclasses

import numpy as np
import pytest

from ssvae.data.dataset import Split
from ssvae.evaluation.plots.confusion_matrix import provide


def _with_predictions(context, true, predicted):
    """All 28 test images: their classes and what they are taken for."""
    images = np.zeros((28, 6, 6, 1), np.uint8)
    probs = (0.1 + 0.6 * np.eye(4)[np.asarray(predicted)]).astype(np.float32)
    found = dataclasses.replace(context.predictions["test"], class_probs=probs)
    dataset = dataclasses.replace(context.dataset, test=Split(images, np.asarray(true)))
    return dataclasses.replace(context, dataset=dataset, predictions={**context.predictions, "test": found})


def test_counts_shades_and_recall(make_context):
    true, predicted = [0] * 12 + [1] * 8 + [2] * 8, [0] * 9 + [2] * 3 + [1] * 8 + [1] * 8
    result = provide(_with_predictions(make_context(), true, predicted))
    matrix, recall, _ = result.figures["confusion_matrix"].axes
    np.testing.assert_allclose(
        matrix.images[0].get_array(), [[0.75, 0, 0.25, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    )
    printed = {text.get_position(): text.get_text() for text in matrix.texts}
    assert printed == {(0, 0): "9", (2, 0): "3", (1, 1): "8", (1, 2): "8"}
    assert [text.get_text() for text in recall.texts] == ["75%", "100%", "0%", "none"]
    np.testing.assert_allclose(recall.patches[0].get_xy()[1:16:4, 0], [0.75, 1, 0, 0])
    assert result.data == {"images": 28, "errors": 11, "most_confused": [2, 1], "most_confused_images": 8}


def test_without_errors_there_is_no_worst_confusion(make_context):
    labels = [0, 1, 2, 3] * 7
    result = provide(_with_predictions(make_context(), labels, labels))
    assert result.data["most_confused"] is None
    assert result.data["errors"] == 0


@pytest.mark.parametrize(("num_classes", "is_printed"), [(10, True), (100, False)])
def test_counts_are_printed_where_they_fit(make_context, num_classes, is_printed):
    figure = provide(make_context(num_components=100, num_classes=num_classes)).figures["confusion_matrix"]
    assert bool(figure.axes[0].texts) == is_printed


def test_absent_probabilities_are_named(make_context):
    with pytest.raises(ValueError, match="classifier=none gave no class probabilities"):
        provide(make_context(classifier="none"))
