"""The context hands out what it was given, and refuses arrays that do not belong together."""

import dataclasses

import numpy as np
import pytest
from jaxtyping import TypeCheckError


def test_arrays_of_one_split_have_one_row_per_image(make_context):
    predictions = make_context().predictions["test"]
    with pytest.raises(TypeCheckError, match="kl_c"):
        dataclasses.replace(predictions, kl_c=predictions.kl_c[:-1])


def test_integers_are_no_probabilities(make_context):
    predictions = make_context().predictions["test"]
    with pytest.raises(TypeCheckError, match="responsibilities"):
        dataclasses.replace(predictions, responsibilities=predictions.responsibilities.astype(int))


def test_a_context_cannot_be_changed(make_context):
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_context().weights = "others"


@pytest.mark.parametrize("name", ["train", "validation", "test"])
def test_split_is_the_one_the_predictions_speak_of(make_context, name):
    context = make_context()
    assert context.split(name) is getattr(context.dataset, name)
    assert len(context.split(name)) == len(context.predictions[name].recon)


def test_usage_is_the_mean_responsibility_of_validation_images(make_context):
    context = make_context()
    expected = context.predictions["validation"].responsibilities.astype(np.float64).mean(axis=0)
    np.testing.assert_allclose(context.usage(), expected, rtol=1e-12)
    assert context.usage().sum() == pytest.approx(1.0, abs=1e-6)  # float32 rows


def test_a_curve_is_nan_where_nothing_was_measured(make_context):
    context = make_context(epochs=3)
    rows = [context.history[0], {"epoch": 2, "loss.recon": float("nan")}, {"epoch": 3}]
    curve = dataclasses.replace(context, history=rows).curve("loss.recon")
    np.testing.assert_array_equal(np.isnan(curve), [False, True, True])
    assert curve[0] == context.history[0]["loss.recon"]
