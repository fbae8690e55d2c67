"""The prior's own learning rate really acts: Adam would undo a factor on its gradient."""

import dataclasses

import jax
import numpy as np
import pytest

from ssvae.classifiers.recipes import HeadConfig
from ssvae.priors.recipes import MixturePriorConfig, VampPriorConfig
from ssvae.training.fit import fit


def moved(config, training, dataset, observer, scale):
    """How far the prior's parameters and the decoder's are from where they start, after one step."""
    one_step = dataclasses.replace(training, epochs=1, batch_size=len(dataset.train))
    prior = dataclasses.replace(config.prior, learning_rate_scale=scale)
    trained = fit(dataclasses.replace(config, prior=prior), one_step, dataset, 0, observer).state.params
    held = dataclasses.replace(one_step, learning_rate=1e-30)
    start = fit(dataclasses.replace(config, prior=prior), held, dataset, 0, observer).state.params
    change = jax.tree.map(lambda after, before: np.asarray(after) - np.asarray(before), trained, start)
    return change["prior"], change["decoder"]


@pytest.mark.parametrize("prior", [MixturePriorConfig(num_components=4), VampPriorConfig(num_components=4)])
def test_half_the_rate_is_half_the_step_and_none_is_none(config, training, dataset, observer, prior):
    config = dataclasses.replace(config, prior=prior, classifier=HeadConfig(hidden_sizes=()))
    (whole, decoder), (half, same), (none, _) = (
        moved(config, training, dataset, observer, scale) for scale in (1.0, 0.5, 0.0)
    )
    assert max(np.abs(leaf).max() for leaf in jax.tree.leaves(whole)) > 1e-4
    for full, part in zip(jax.tree.leaves(whole), jax.tree.leaves(half), strict=True):
        np.testing.assert_allclose(part, full / 2, rtol=1e-2, atol=1e-6)  # float32, near parameters of size 1
    assert all((leaf == 0).all() for leaf in jax.tree.leaves(none))
    for one, other in zip(jax.tree.leaves(decoder), jax.tree.leaves(same), strict=True):
        np.testing.assert_array_equal(one, other)


def test_pseudo_inputs_start_at_training_images(config, training, dataset, observer):
    config = dataclasses.replace(
        config, prior=VampPriorConfig(num_components=4), classifier=HeadConfig(hidden_sizes=())
    )
    held = dataclasses.replace(training, epochs=1, learning_rate=1e-30)
    logits = np.asarray(fit(config, held, dataset, 0, observer).state.params["prior"]["pixel_logits"])
    pixels = 1 / (1 + np.exp(-logits))
    images = dataset.train.images / dataset.levels
    distances = np.abs(pixels[:, None] - images[None]).reshape(4, len(images), -1).max(axis=2).min(axis=1)
    assert (distances < 0.06).all()  # five standard deviations of the noise they start with, and the margin
