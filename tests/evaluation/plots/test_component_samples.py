"""Each row is one component's draws, next to its name."""

import numpy as np
import pytest

from ssvae.evaluation.plots.component_names import component_order, component_title
from ssvae.evaluation.plots.component_samples import provide


def _names(axes):
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("num_components", [6, 20])
def test_rows_follow_their_names(make_context, num_components):
    context = make_context(num_components=num_components, num_images=5)
    blocks = provide(context).figures["component_samples"].axes
    order = component_order(context).tolist()
    samples = context.queries.sample_components(5)
    assert [name for axes in blocks for name in _names(axes)] == [component_title(context, c) for c in order]
    for axes in blocks:
        mosaic = axes.images[0].get_array()
        assert mosaic.shape[1] == 5 * 7 - 1
        for row, name in enumerate(_names(axes)):
            component = next(c for c in order if component_title(context, c) == name)
            found = mosaic[row * 7 : row * 7 + 6, :6]
            np.testing.assert_allclose(found, samples[component, 0, :, :, 0])


def test_one_component_shows_draws_from_the_prior(make_context):
    context = make_context(num_components=1, classifier="head", num_images=20)
    result = provide(context)
    [axes] = result.figures["component_samples"].axes
    assert result.figures["component_samples"].texts[0].get_text() == "Samples of the prior"
    assert result.data == {"components_shown": 1, "samples_per_component": 20}
    [samples] = context.queries.sample_components(20)
    np.testing.assert_allclose(axes.images[0].get_array()[7:13, :6], samples[10, :, :, 0])


def test_of_many_components_the_most_used_are_shown(make_context):
    context = make_context(num_components=60)
    result = provide(context)
    names = [name for axes in result.figures["component_samples"].axes for name in _names(axes)]
    shown = {int(name.split()[0].removeprefix("c=")) for name in names}
    assert len(shown) == result.data["components_shown"] == 40
    hidden = set(range(60)) - shown
    assert context.usage()[list(shown)].min() >= context.usage()[list(hidden)].max()
    assert "the 40 most used of 60" in result.figures["component_samples"].texts[1].get_text()
