"""Dots are grouped by true label, and each class is named where most of it lies."""

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import same_color

from ssvae.data.dataset import Split
from ssvae.evaluation.plots.latent_by_label import provide
from ssvae.evaluation.plots.latent_scatter import held_out
from ssvae.evaluation.plots.style import PALE


def test_groups_are_true_labels(make_context):
    context = make_context()
    result = provide(context)
    axes = result.figures["latent_by_label"].axes[0]
    labels = np.concatenate([context.dataset.validation.labels, context.dataset.test.labels])
    assert result.data == {"points": 52, "classes": 4, "left_out": 0}
    for label, line in enumerate(axes.lines):
        assert line.get_label() == str(label)
        assert len(line.get_xdata()) == (labels == label).sum()
    assert [text.get_text() for text in axes.texts] == ["0", "1", "2", "3"]


def test_many_classes_are_not_named(make_context):
    axes = provide(make_context(num_classes=31, num_components=31)).figures["latent_by_label"].axes[0]
    assert not axes.texts
    assert axes.get_legend() is None


@pytest.mark.parametrize("latent_dim", [1, 3])
def test_a_class_left_out_is_gray(make_context, latent_dim):
    context = make_context(latent_dim=latent_dim)
    images = context.dataset.test.images[:5]
    left_out = Split(images, np.full(5, 9))
    context = dataclasses.replace(context, dataset=dataclasses.replace(context.dataset, left_out=left_out))
    result = provide(context)
    line = result.figures["latent_by_label"].axes[0].lines[-1]
    assert result.data["left_out"] == 5
    assert line.get_label() == "9 (left out)"
    assert same_color(line.get_color(), PALE)
    expected = held_out(context).projection(context.queries.predict(images).mean)
    np.testing.assert_allclose(line.get_xdata(), expected[:, 0], rtol=1e-6)
    assert "gray: the class left out" in result.figures["latent_by_label"].texts[1].get_text()
