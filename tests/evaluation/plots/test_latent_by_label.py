"""Dots are grouped by true label, and each class is named where most of it lies."""

import numpy as np

from ssvae.evaluation.plots.latent_by_label import provide


def test_groups_are_true_labels(make_context):
    context = make_context()
    result = provide(context)
    axes = result.figures["latent_by_label"].axes[0]
    labels = np.concatenate([context.dataset.validation.labels, context.dataset.test.labels])
    assert result.data == {"points": 52, "classes": 4}
    for label, line in enumerate(axes.lines):
        assert line.get_label() == str(label)
        assert len(line.get_xdata()) == (labels == label).sum()
    assert [text.get_text() for text in axes.texts] == ["0", "1", "2", "3"]


def test_many_classes_are_not_named(make_context):
    axes = provide(make_context(num_classes=31, num_components=31)).figures["latent_by_label"].axes[0]
    assert not axes.texts
    assert axes.get_legend() is None
