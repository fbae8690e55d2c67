"""Every held-out code is a dot of its group's look."""

import numpy as np
import pytest

from ssvae.evaluation.plots import latent_scatter
from ssvae.evaluation.plots.latent_scatter import draw_scatter, held_out


def test_dots_are_validation_and_test_codes(make_context):
    context = make_context()
    scatter = held_out(context)
    codes = np.concatenate([context.predictions[split].mean for split in ("validation", "test")])
    assert scatter.total == len(codes) == 52
    np.testing.assert_allclose(scatter.points, scatter.projection(codes))
    assert "one dot per validation and test image (52)" in scatter.note


def test_too_many_codes_are_thinned_and_the_note_says_so(make_context, monkeypatch):
    monkeypatch.setattr(latent_scatter, "MAX_POINTS", 20)
    scatter = held_out(make_context())
    assert len(scatter.points) == len(set(scatter.rows)) == 20
    assert scatter.rows[0] == 0
    assert scatter.rows[-1] == 51
    assert scatter.note.startswith("20 of 52 validation and test images")


def test_groups_are_drawn_apart_and_empty_ones_left_out(make_context):
    scatter = held_out(make_context())
    groups = np.where(np.arange(52) < 30, 0, 2)
    figure, axes = draw_scatter(scatter, groups, ["a", "b", "c"], title="t", legend_title="g")
    assert [line.get_label() for line in axes.lines] == ["a", "c"]
    np.testing.assert_allclose(axes.lines[0].get_xydata(), scatter.points[:30])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "c"]
    assert figure.texts[0].get_text() == "t"


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 8])
def test_any_number_of_dimensions_can_be_drawn(make_context, latent_dim):
    scatter = held_out(make_context(latent_dim=latent_dim))
    assert scatter.points.shape == (52, 2)
    assert np.ptp(scatter.points, axis=0).min() > 0
    np.testing.assert_array_equal(held_out(make_context(latent_dim=latent_dim)).points, scatter.points)
