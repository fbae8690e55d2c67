"""Bars are shares of images; the worst case is marked."""

import dataclasses
import math

import numpy as np
import pytest

from ssvae.evaluation.plots.responsibility_histogram import provide


def _with_responsibilities(context, rows):
    found = dataclasses.replace(context.predictions["validation"], responsibilities=rows)
    return dataclasses.replace(context, predictions={**context.predictions, "validation": found})


def test_certain_images_stand_at_one_and_at_zero_nats(make_context):
    rows = np.concatenate([np.eye(6)[np.arange(18) % 6], np.full((6, 6), 1 / 6)])
    result = provide(_with_responsibilities(make_context(), rows))
    largest, uncertainty = (
        axes.patches[0].get_data().values for axes in result.figures["responsibility_histogram"].axes
    )
    assert largest.sum() == uncertainty.sum() == pytest.approx(1)
    assert largest[-1] == uncertainty[0] == 0.75
    assert largest[int(25 / 6)] == uncertainty[-1] == 0.25
    assert result.data["share_sure"] == 0.75
    assert result.data["confidence"] == pytest.approx(0.75 + 0.25 / 6)
    assert result.data["mean_entropy"] == pytest.approx(0.25 * math.log(6))


def test_mean_and_worst_case_are_lines(make_context):
    context = make_context()
    left, right = provide(context).figures["responsibility_histogram"].axes
    found = context.predictions["validation"].responsibilities
    assert left.lines[0].get_xdata()[0] == pytest.approx(found.max(axis=1).mean())
    assert left.lines[1].get_xdata()[0] == pytest.approx(1 / 6)
    assert right.lines[1].get_xdata()[0] == pytest.approx(math.log(6))
