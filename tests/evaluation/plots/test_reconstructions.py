"""The images shown are test images, with what the model makes of them underneath."""

import numpy as np
import pytest

from ssvae.evaluation.plots.reconstructions import one_per_class_first, provide


def test_one_of_each_class_comes_first():
    labels = np.array([2, 2, 0, 1, 0, 2, 1])
    np.testing.assert_array_equal(one_per_class_first(labels, 3), [2, 3, 0])
    np.testing.assert_array_equal(one_per_class_first(labels, 6), [2, 3, 0, 4, 6, 1])
    assert sorted(one_per_class_first(labels, 99)) == list(range(7))


def test_originals_stand_over_reconstructions(make_context):
    context = make_context(num_images=4)
    result = provide(context)
    [axes] = result.figures["reconstructions"].axes
    mosaic = axes.images[0].get_array()
    rows = result.data["test_rows"]
    assert [context.dataset.test.labels[row] for row in rows] == [0, 1, 2, 3]
    for column, row in enumerate(rows):
        left = column * 7  # 6 pixels and a gap of 1
        np.testing.assert_allclose(
            mosaic[:6, left : left + 6], context.dataset.test.images[row, :, :, 0] / 16
        )
        found = context.predictions["test"].mean_images[row, :, :, 0]
        np.testing.assert_allclose(mosaic[7:13, left : left + 6], found)
    words = [text.get_text() for text in axes.texts]
    assert words[:3] == ["original", "reconstruction", "0"]
    assert f"{context.predictions['test'].recon[rows[0]]:.1f}" in words


@pytest.mark.parametrize(("num_images", "bands"), [(1, 1), (10, 1), (11, 2), (50, 3)])
def test_many_images_wrap(make_context, num_images, bands):
    result = provide(make_context(num_images=num_images))
    assert len(result.figures["reconstructions"].axes) == bands
    assert result.data["images"] == min(num_images, 28)  # there are 28 test images
