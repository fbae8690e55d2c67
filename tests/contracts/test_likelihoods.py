"""What every likelihood of the table keeps; a new one is tested by being in the table and naming its support."""

import itertools
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats
from jax.test_util import check_grads

from ssvae.likelihoods.recipes import (
    BINARIZATIONS,
    LIKELIHOODS,
    AbstractLikelihoodConfig,
    GaussianConfig,
    HeteroscedasticConfig,
)

CASES: dict[str, AbstractLikelihoodConfig] = {
    **{variant: recipe() for variant, recipe in LIKELIHOODS.items()},
    "gaussian, σ held": GaussianConfig(std=0.1, learn_std=False),
    "heteroscedastic, σ per pixel": HeteroscedasticConfig(granularity="pixel"),
}

SUPPORT = {
    "bernoulli": "black and white",
    "continuous_bernoulli": "black to white",
    "gaussian": "line",
    "heteroscedastic": "line",
}
"""Where the images of each likelihood lie. A new likelihood adds itself here and to ORACLES."""


@pytest.fixture(scope="module", params=CASES)
def recipe(request) -> AbstractLikelihoodConfig:
    return CASES[request.param]


@pytest.fixture(scope="module")
def likelihood(recipe) -> SimpleNamespace:
    """Its three functions, compiled: one program per shape instead of one per shape and operation."""
    made = recipe.build()
    return SimpleNamespace(log_prob=jax.jit(made.log_prob), mean=jax.jit(made.mean), std=jax.jit(made.std))


@pytest.fixture
def rng() -> np.random.Generator:
    """NumPy's: JAX would compile a program for every shape drawn."""
    return np.random.default_rng(20240)


def random_outputs(recipe, rng, batch=3, height=2, width=4, channels=1, scale=2.0):
    return jnp.asarray(scale * rng.normal(size=(batch, height, width, channels * recipe.outputs_per_pixel)))


def random_images(recipe, rng, batch=3, height=2, width=4, channels=1):
    images = rng.uniform(size=(batch, height, width, channels))
    return jnp.asarray(np.round(images) if SUPPORT[recipe.variant] == "black and white" else images)


def nodes_and_weights(support: str) -> tuple[np.ndarray, np.ndarray]:
    """Sums over these are sums or integrals over the brightness of one pixel, to 1e-9 here."""
    if support == "black and white":
        return np.array([0.0, 1.0]), np.ones(2)
    if support == "black to white":
        nodes, weights = np.polynomial.legendre.leggauss(40)
        return (1 + nodes) / 2, weights / 2
    # Equal steps below half the smallest σ integrate a Gaussian to rounding; both ends are 10 σ beyond its means.
    nodes = np.linspace(-7, 8, 701)
    return nodes, np.full(len(nodes), nodes[1] - nodes[0])


def every_image_of_two_pixels(support: str) -> tuple[jax.Array, np.ndarray]:
    """Images (batch, 1, 2, 1) and what each counts in a sum over all of them."""
    nodes, weights = nodes_and_weights(support)
    images = np.array(list(itertools.product(nodes, repeat=2))).reshape(-1, 1, 2, 1)
    return jnp.asarray(images), np.outer(weights, weights).ravel()


def test_the_table_names_its_recipes():
    assert [recipe.variant for recipe in LIKELIHOODS.values()] == list(LIKELIHOODS)
    assert LIKELIHOODS.keys() == SUPPORT.keys() == ORACLES.keys()


def test_the_recipe_says_what_the_decoder_and_the_data_owe_it(recipe):
    assert recipe.outputs_per_pixel >= 1
    assert recipe.binarization in BINARIZATIONS


def test_probabilities_of_all_images_sum_to_one(recipe, likelihood, rng):
    """Of two pixels: with one, a σ per image that forgets how many pixels share it would still seem right (D1)."""
    with jax.enable_x64():
        images, weights = every_image_of_two_pixels(SUPPORT[recipe.variant])
        outputs = random_outputs(recipe, rng, batch=1, height=1, width=2, scale=1.0)
        everywhere = jnp.broadcast_to(outputs, (len(images), *outputs.shape[1:]))
        total = weights @ np.exp(likelihood.log_prob(everywhere, images))
    assert total == pytest.approx(1.0, abs=1e-6)


def test_mean_and_std_are_those_of_the_probabilities(recipe, likelihood, rng):
    with jax.enable_x64():
        images, weights = every_image_of_two_pixels(SUPPORT[recipe.variant])
        outputs = random_outputs(recipe, rng, batch=1, height=1, width=2, scale=1.0)
        everywhere = jnp.broadcast_to(outputs, (len(images), *outputs.shape[1:]))
        probs = weights * np.exp(likelihood.log_prob(everywhere, images))
        pixels = np.asarray(images).reshape(-1, 2)
        mean = probs @ pixels
        # What lies on the whole line is cut for showing.
        np.testing.assert_allclose(likelihood.mean(outputs).ravel(), np.clip(mean, 0, 1), atol=1e-6)
        std = likelihood.std(outputs)
        if std is not None:
            np.testing.assert_allclose(std.ravel() ** 2, probs @ (pixels - mean) ** 2, rtol=1e-6)


def _bernoulli(recipe, outputs, images):
    return scipy.stats.bernoulli.logpmf(images, scipy.special.expit(outputs))


def _continuous_bernoulli(recipe, outputs, images):
    """A truncated exponential, falling from black for l < 0 and its mirror image for l > 0."""
    rate = np.abs(outputs)
    return scipy.stats.truncexpon.logpdf(np.where(outputs < 0, images, 1 - images), rate, scale=1 / rate)


def _gaussian(recipe, outputs, images):
    return scipy.stats.norm.logpdf(images, outputs, recipe.std)


def _heteroscedastic(recipe, outputs, images):
    means, s = np.split(outputs, 2, axis=-1)
    s = s if recipe.granularity == "pixel" else s.mean(axis=(1, 2, 3), keepdims=True)
    sigma = recipe.sigma_min + (recipe.sigma_max - recipe.sigma_min) * scipy.special.expit(s)
    return scipy.stats.norm.logpdf(images, means, sigma)


ORACLES = {
    "bernoulli": _bernoulli,
    "continuous_bernoulli": _continuous_bernoulli,
    "gaussian": _gaussian,
    "heteroscedastic": _heteroscedastic,
}


def test_log_prob_agrees_with_scipy(recipe, likelihood, rng):
    outputs, images = random_outputs(recipe, rng, channels=3), random_images(recipe, rng, channels=3)
    pixels = ORACLES[recipe.variant](recipe, np.asarray(outputs, np.float64), np.asarray(images, np.float64))
    np.testing.assert_allclose(
        likelihood.log_prob(outputs, images), pixels.sum(axis=(1, 2, 3)), rtol=1e-5, atol=1e-5
    )


def test_gradients_agree_with_finite_differences(recipe, likelihood, rng):
    with jax.enable_x64():
        outputs, images = random_outputs(recipe, rng), random_images(recipe, rng)
        check_grads(
            lambda outputs: likelihood.log_prob(outputs, images),
            (outputs,),
            order=1,
            modes=["rev"],
            rtol=1e-6,
        )
        between_bounds = jnp.abs(outputs) % 1  # where what is cut for showing has a slope
        check_grads(likelihood.mean, (between_bounds,), order=1, modes=["rev"], rtol=1e-6)


@pytest.mark.parametrize("size", [-100.0, 100.0])
@pytest.mark.parametrize("pixel", [0.0, 1.0])
def test_huge_outputs_give_numbers_and_slopes(recipe, likelihood, rng, size, pixel):
    outputs = size * jnp.sign(random_outputs(recipe, rng))
    images = jnp.full((3, 2, 4, 1), pixel)
    value, slopes = jax.value_and_grad(lambda outputs: likelihood.log_prob(outputs, images).sum())(outputs)
    assert jnp.isfinite(value)
    assert jnp.isfinite(slopes).all()
    assert jnp.isfinite(jax.grad(lambda outputs: likelihood.mean(outputs).sum())(outputs)).all()


@pytest.mark.parametrize("scale", [0.0, 0.01, 1.0, 100.0, 1e30])
def test_mean_is_an_image_and_std_above_zero(recipe, likelihood, rng, scale):
    outputs = random_outputs(recipe, rng, channels=3, scale=scale)
    mean, std = likelihood.mean(outputs), likelihood.std(outputs)
    assert mean.shape == (3, 2, 4, 3)
    assert ((mean >= 0) & (mean <= 1)).all()
    if std is not None:
        assert std.shape == mean.shape
        assert (std > 0).all()


def test_each_image_is_judged_by_itself(recipe, likelihood, rng):
    outputs, images = random_outputs(recipe, rng), random_images(recipe, rng)
    alone = [likelihood.log_prob(outputs[i : i + 1], images[i : i + 1])[0] for i in range(3)]
    np.testing.assert_allclose(likelihood.log_prob(outputs, images), alone, rtol=1e-5)


def test_where_a_pixel_stands_plays_no_part(recipe, likelihood, rng):
    outputs, images = random_outputs(recipe, rng), random_images(recipe, rng)
    np.testing.assert_allclose(
        likelihood.log_prob(outputs[:, ::-1, ::-1], images[:, ::-1, ::-1]),
        likelihood.log_prob(outputs, images),
        rtol=1e-5,
        atol=1e-5,  # of sums near 0 of float32 terms that cancel
    )


def test_twice_the_pixels_are_twice_the_nats(recipe, likelihood, rng):
    """A sum over pixels, never a mean: so no likelihood needs a weight of its own in the loss (D11)."""
    outputs, images = random_outputs(recipe, rng), random_images(recipe, rng)
    wider = likelihood.log_prob(jnp.tile(outputs, (1, 1, 2, 1)), jnp.tile(images, (1, 1, 2, 1)))
    # Sums near 10 may end near 0.
    np.testing.assert_allclose(wider, 2 * likelihood.log_prob(outputs, images), rtol=1e-5, atol=1e-5)


def test_channels_count_as_pixels_do(recipe, likelihood, rng):
    """And are laid out in blocks: the first number of every channel, then the second."""
    outputs, images = random_outputs(recipe, rng, channels=3), random_images(recipe, rng, channels=3)
    blocks = outputs.reshape(3, 2, 4, recipe.outputs_per_pixel, 3)
    side_by_side = jnp.swapaxes(blocks, -1, -2).reshape(3, 2, 12, recipe.outputs_per_pixel)
    np.testing.assert_allclose(
        likelihood.log_prob(outputs, images),
        likelihood.log_prob(side_by_side, images.reshape(3, 2, 12, 1)),
        rtol=1e-5,
        atol=1e-5,
    )
    np.testing.assert_allclose(
        likelihood.mean(outputs).ravel(), likelihood.mean(side_by_side).ravel(), rtol=1e-6
    )
