"""Each map holds the same dots, colored by its own component."""

import numpy as np

from ssvae.evaluation.plots.component_names import component_order, component_title
from ssvae.evaluation.plots.component_responsibilities import provide
from ssvae.evaluation.plots.latent_scatter import held_out


def test_dots_are_held_out_codes_colored_by_responsibility(make_context):
    context = make_context()
    result = provide(context)
    axes = result.figures["component_responsibilities"].axes[0]
    [dots] = axes.collections
    order = component_order(context)
    found = np.concatenate([context.predictions[split].responsibilities for split in ("validation", "test")])
    assert result.data == {"components_shown": 6, "points": 52}
    np.testing.assert_array_equal(dots.get_array(), np.sort(found[:, order].T.ravel()))
    # The dot of largest responsibility lies in the map of its component, where its code lies among all codes.
    image, place = np.unravel_index(found[:, order].argmax(), (52, 6))
    points = held_out(context).points
    across, up = (points[image] - points.min(axis=0)) / np.ptp(points, axis=0)
    row, column = divmod(int(place), 4)
    expected = [
        column * 1.82 + 1.72 * (0.05 + 0.9 * across),
        row * 1.62 + 0.26 + 1.36 * (1 - 0.05 - 0.9 * up),
    ]
    np.testing.assert_allclose(dots.get_offsets()[-1], expected, rtol=1e-6)


def test_maps_are_named_in_the_common_order(make_context):
    context = make_context()
    axes = provide(context).figures["component_responsibilities"].axes[0]
    usage = context.usage()
    assert [text.get_text() for text in axes.texts] == [
        f"{component_title(context, c)}   {usage[c]:.1%}" for c in component_order(context).tolist()
    ]


def test_of_many_components_the_most_used_have_a_map(make_context):
    context = make_context(num_components=60)
    result = provide(context)
    figure = result.figures["component_responsibilities"]
    assert result.data["components_shown"] == len(figure.axes[0].texts) == 20
    assert "the 20 most used of 60" in figure.texts[1].get_text()
