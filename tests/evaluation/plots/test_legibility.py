"""In every figure of every kind of model, all words are on the page and none covers another."""

import dataclasses
import itertools

import pytest

from ssvae.evaluation.plots import PLOTS

MODELS = {
    "mixture with τ": {"num_components": 20, "num_classes": 10, "latent_dim": 8, "epochs": 100, "warmup": 20},
    "few components, head": {"num_components": 4, "classifier": "head", "latent_dim": 2, "num_images": 3},
    "one component": {
        "num_components": 1,
        "classifier": "none",
        "latent_dim": 1,
        "epochs": 1,
        "num_images": 25,
    },
    "many components": {
        "num_components": 120,
        "num_classes": 10,
        "latent_dim": 3,
        "channels": 3,
        "epochs": 2,
    },
}

CASES = [
    (model, name)
    for model, name in itertools.product(MODELS, PLOTS)
    if not (model == "one component" and name in ("latent_by_component", "component_usage"))
    and not (name == "tau_heatmap" and "classifier" in MODELS[model])
]


@pytest.mark.parametrize(("model", "name"), CASES)
def test_words_are_on_the_page_and_apart(make_context, texts_of, model, name):
    result = PLOTS[name].provide(make_context(**MODELS[model]))
    [(stem, figure)] = result.figures.items()
    assert stem == name
    assert figure.texts[0].get_text()  # a title
    check_words(figure, texts_of(figure))


def check_words(figure, texts):
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    assert len(boxes) >= 2  # title and note
    for text, box in boxes:
        assert figure.bbox.x0 <= box.x0, text
        assert box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0, text
        assert box.y1 <= figure.bbox.y1, text
    for (text, box), (other_text, other) in itertools.combinations(boxes, 2):
        # Half a pixel: boxes are rounded outwards.
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        down = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert across < 0.5 or down < 0.5, f"{text!r} covers {other_text!r}"


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


@pytest.mark.parametrize(
    "name", [name for name in PLOTS if name not in ("reconstructions", "component_samples")]
)
def test_axes_say_what_they_show(make_context, name):
    figure = PLOTS[name].provide(make_context()).figures[name]
    axes = figure.axes[0]
    assert axes.get_xlabel()
    # A panel of losses has its unit above the axis, where long tick labels do not reach.
    assert axes.get_ylabel() or "nats per image" in [text.get_text() for text in axes.texts]
