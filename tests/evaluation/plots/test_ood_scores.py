"""A ridge per set and score, with the area that the metric reports."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.metrics.ood import OOD
from ssvae.evaluation.plots.ood_scores import _edges, provide
from ssvae.status import Status


def test_ridges_are_the_scores_of_each_set_and_areas_those_of_the_metric(make_context):
    context = make_context(shifts=("noise", "inverted"), importance_samples=0)
    result = provide(context)
    areas = OOD.provide(context).data["auroc"]
    assert result.data["sets"] == list(areas)
    assert result.data["scores"] == list(areas["noise"])
    for axes, score in zip(result.figures["ood_scores"].axes, result.data["scores"], strict=True):
        words = [text.get_text() for text in axes.texts]
        assert words[:2] == [f"{areas[name][score]:.2f}" for name in areas]
        assert score in words
        for row, ridge in enumerate(axes.patches):
            heights, _, baseline = ridge.get_data()
            assert baseline == row
            assert row - heights.min() == pytest.approx(0.85)
            assert heights.max() <= row


@pytest.mark.parametrize("samples", [0, 50])
def test_the_note_says_what_a_height_is_and_where_log_p_is(make_context, samples):
    context = make_context(shifts=("noise",), importance_samples=samples)
    note = provide(context).figures["ood_scores"].texts[1].get_text()
    assert "each ridge is scaled to its own maximum" in note
    assert ("log p(x) is in the table only" in note) == (samples > 0)


def test_a_set_far_away_leaves_the_test_images_their_shape():
    known = np.linspace(-30, -20, 100)
    edges = _edges(known, [known, np.linspace(-6000, -5000, 50)])
    assert -120 < edges[0] < -100
    assert edges[-1] < -19


@pytest.mark.parametrize(
    ("known", "expected"), [([2.0, 2.0], (1.5, 2.5)), ([np.inf, -np.inf], (0, 1))], ids=["equal", "infinite"]
)
def test_scores_that_do_not_vary_can_be_drawn(known, expected):
    known = np.array(known)
    edges = _edges(known, [known])
    assert (edges[0], edges[-1]) == expected


def test_without_strange_images_it_says_what_to_type(make_context):
    result = provide(make_context())
    assert result.status is Status.DISABLED
    assert result.remedy == "evaluation.shifts=all"


def test_a_class_left_out_is_a_set(make_context):
    context = make_context()
    dataset = dataclasses.replace(context.dataset, left_out=context.dataset.validation)
    assert provide(dataclasses.replace(context, dataset=dataset)).data["sets"] == ["left_out_class"]
