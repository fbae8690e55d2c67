"""In every figure of every kind of model, all words are on the page and none covers another."""

import dataclasses
import itertools

import numpy as np
import pytest

from ssvae.config import read_recipe
from ssvae.evaluation.plots import PLOTS
from ssvae.model.recipes import SSVAEConfig

MODELS = {
    "mixture with τ": {"num_components": 20, "num_classes": 10, "latent_dim": 8, "epochs": 100, "warmup": 20},
    "one component": {
        "num_components": 1,
        "classifier": "none",
        "latent_dim": 1,
        "epochs": 1,
        "num_images": 25,
        "likelihood": "heteroscedastic",
    },
}

EXTREMES = {
    "many components": {
        "num_components": 120,
        "num_classes": 10,
        "latent_dim": 3,
        "channels": 3,
        "epochs": 2,
    },
    "few components, head": {"num_components": 4, "classifier": "head", "latent_dim": 2, "num_images": 3},
    "two of everything": {
        "num_components": 2,
        "num_classes": 2,
        "latent_dim": 1,
        "size": 2,
        "channels": 3,
        "epochs": 1,
        "likelihood": "heteroscedastic",
    },
    "a hundred classes": {
        "num_components": 200,
        "num_classes": 100,
        "latent_dim": 50,
        "size": 28,
        "epochs": 1000,
    },
    "many classes, head": {"num_components": 64, "num_classes": 40, "classifier": "head", "latent_dim": 200},
    "five hundred components": {
        "num_components": 500,
        "num_classes": 4,
        "size": 64,
        "channels": 3,
        "epochs": 300,
        "likelihood": "heteroscedastic",
        "num_images": 10,
    },
}


def cases(models):
    """(model, plot) where the plot applies."""
    for (model, parts), (name, plot) in itertools.product(models.items(), PLOTS.items()):
        prior = "mixture" if parts["num_components"] > 1 else "standard"
        choices = {
            "prior": {"name": prior},
            "classifier": {"name": parts.get("classifier", "tau")},
            "likelihood": {"name": parts.get("likelihood", "bernoulli")},
        }
        if plot.absence(read_recipe(SSVAEConfig, choices)) is None:
            yield model, name


def check(make_context, texts_of, parts, name):
    result = PLOTS[name].provide(make_context(**parts, shifts=("all",)))
    [(stem, figure)] = result.figures.items()
    assert stem == name
    assert figure.texts[0].get_text()  # a title
    assert figure.get_size_inches()[0] == pytest.approx(8.0)
    check_words(figure, texts_of(figure))


@pytest.mark.parametrize(("model", "name"), list(cases(MODELS)))
def test_words_are_on_the_page_and_apart(make_context, texts_of, model, name):
    check(make_context, texts_of, MODELS[model], name)


def test_every_figure_is_looked_at():
    assert {name for _, name in cases(MODELS)} == set(PLOTS)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "name"), list(cases(EXTREMES)))
def test_words_are_apart_in_the_smallest_and_largest_models(make_context, texts_of, model, name):
    check(make_context, texts_of, EXTREMES[model], name)


def check_words(figure, texts):
    words = [text.get_text() for text in texts]
    boxes = np.array([text.get_window_extent().extents for text in texts])
    assert len(boxes) >= 2  # title and note
    page = figure.bbox.extents
    for inside in (boxes[:, :2] >= page[:2], boxes[:, 2:] <= page[2:]):
        outside = [words[row] for row in np.flatnonzero(~inside.all(axis=1))]
        assert not outside, f"{outside} are not on the page"
    common = np.minimum(boxes[:, None, 2:], boxes[:, 2:]) - np.maximum(boxes[:, None, :2], boxes[:, :2])
    # Half a pixel: boxes are rounded outwards.
    covers = np.triu((common >= 0.5).all(axis=-1), k=1)
    assert not covers.any(), [f"{words[one]!r} covers {words[other]!r}" for one, other in np.argwhere(covers)]


def test_words_off_the_page_and_over_each_other_are_found(make_context, texts_of):
    figure = PLOTS["component_usage"].provide(make_context()).figures["component_usage"]
    text = figure.text(0.99, 0.5, "much too long a text")
    with pytest.raises(AssertionError, match=r"much too long a text.*not on the page"):
        check_words(figure, texts_of(figure))
    text.set_position((0.12 / 8, 0.95))
    with pytest.raises(AssertionError, match="covers"):
        check_words(figure, texts_of(figure))


@pytest.mark.parametrize(
    "values",
    [(-0.037, 3e-5), (12.3, 1e-6), (2e5, 7e3), (-9.5e4, 1.0)],
    ids=["small", "flat", "large", "large and flat"],
)
def test_ticks_of_any_size_of_loss_stay_in_their_panel(make_context, texts_of, values):
    start, step = values
    context = make_context()
    rows = [
        {key: start + step * row["epoch"] if key.startswith("loss.") else row[key] for key in row}
        for row in context.history
    ]
    figure = PLOTS["loss_curves"].provide(dataclasses.replace(context, history=rows)).figures["loss_curves"]
    check_words(figure, texts_of(figure))


PICTURES = {
    "reconstructions",
    "component_samples",
    "latent_traversals",
    "sigma_maps",
    "component_responsibilities",
}
"""Mosaics, whose rows and columns are named where they stand."""


@pytest.mark.parametrize("name", [name for name in PLOTS if name not in PICTURES])
def test_axes_say_what_they_show(make_context, name):
    figure = PLOTS[name].provide(make_context(shifts=("noise",))).figures[name]
    axes = [axes for axes in figure.axes if axes.axison]
    # Of two charts that share a horizontal axis only the lower one names it; a color bar has a name above it.
    assert any(part.get_xlabel() for part in axes)
    for part in axes:
        assert part.get_ylabel() or part.texts, part
