"""A predicted σ: where it is best, that it can always move, and that it stays within its bounds."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
import scipy.special

from ssvae.likelihoods.gaussian import Gaussian
from ssvae.likelihoods.heteroscedastic import Heteroscedastic

LOW, HIGH = 0.05, 0.5
PER_IMAGE = Heteroscedastic(LOW, HIGH, is_per_image=True)
PER_PIXEL = Heteroscedastic(LOW, HIGH, is_per_image=False)


def s_of(sigma) -> np.ndarray:
    """The s that gives this σ."""
    return scipy.special.logit((np.asarray(sigma) - LOW) / (HIGH - LOW))


def outputs_of(means, s):
    """What a decoder would give: the means, then s, broadcast to one number per pixel."""
    return jnp.concatenate([means, jnp.broadcast_to(jnp.asarray(s, jnp.float32), means.shape)], axis=-1)


@pytest.fixture
def rng() -> np.random.Generator:
    """NumPy's: JAX would compile a program for every shape drawn."""
    return np.random.default_rng(20240)


def random_pair(rng, channels: int = 1):
    """Images and means, four of 8×8 pixels, with errors that differ from image to image."""
    images = rng.uniform(size=(4, 8, 8, channels))
    spread = np.array([0.1, 0.15, 0.25, 0.4]).reshape(4, 1, 1, 1)
    means = images + spread * rng.normal(size=images.shape)
    return jnp.asarray(images, jnp.float32), jnp.asarray(means, jnp.float32)


def rmse(images, means) -> np.ndarray:
    return np.sqrt(np.mean((np.asarray(images) - np.asarray(means)) ** 2, axis=(1, 2, 3)))


@pytest.mark.parametrize("channels", [1, 3])
def test_one_sigma_per_image_is_best_at_the_root_mean_squared_error_of_that_image(rng, channels):
    """D1: with the pixel count missing before log σ it would be best at the root of the sum, 8 or 14 times as much."""
    images, means = random_pair(rng, channels)

    def nll(s):
        return -PER_IMAGE.log_prob(outputs_of(means, s), images)

    slope = jax.jit(jax.grad(lambda s: nll(s).sum()))
    best = jnp.asarray(s_of(rmse(images, means)), jnp.float32).reshape(4, 1, 1, 1)
    np.testing.assert_allclose(slope(best), 0.0, atol=2e-3)  # differences of sums near 100 in float32
    assert (slope(best - 0.3) < -0.1).all()
    assert (slope(best + 0.3) > 0.1).all()
    expected = 0.5 * images[0].size * (1 + np.log(2 * np.pi * rmse(images, means) ** 2))
    np.testing.assert_allclose(nll(best), expected, rtol=1e-5, atol=1e-3)  # of such sums too


def test_one_sigma_per_pixel_is_best_at_the_error_of_that_pixel(rng):
    images = jnp.full((1, 2, 3, 1), 0.5)
    errors = jnp.array([0.06, 0.1, 0.2, 0.3, 0.4, 0.49]).reshape(1, 2, 3, 1)
    slope = jax.grad(lambda s: PER_PIXEL.log_prob(outputs_of(images + errors, s), images).sum())
    np.testing.assert_allclose(slope(jnp.asarray(s_of(errors), jnp.float32)), 0.0, atol=1e-4)


@pytest.mark.parametrize("likelihood", [PER_IMAGE, PER_PIXEL])
@pytest.mark.parametrize("s", [-5.0, 0.0, 5.0])
def test_sigma_can_move_from_wherever_it_is(likelihood, s):
    """D2: cut to its bounds, a σ that starts beyond one stays there for ever."""
    means = jnp.full((1, 2, 2, 1), 0.5)
    slope = jax.grad(lambda s: likelihood.std(outputs_of(means, s)).mean())(s)
    expected = (HIGH - LOW) * scipy.special.expit(s) * scipy.special.expit(-s)
    np.testing.assert_allclose(slope, expected, rtol=1e-4)
    assert slope > 1e-3


@pytest.mark.parametrize("likelihood", [PER_IMAGE, PER_PIXEL])
def test_sigma_stays_within_its_bounds_and_starts_in_the_middle(likelihood):
    means = jnp.full((1, 2, 2, 1), 0.5)
    found = [float(likelihood.std(outputs_of(means, s))[0, 0, 0, 0]) for s in (-1e4, 0.0, 1e4)]
    np.testing.assert_allclose(found, [LOW, (LOW + HIGH) / 2, HIGH], rtol=1e-6)


def test_one_sigma_per_image_is_the_same_for_all_its_pixels_and_another_for_another_image(rng):
    s = jnp.asarray(rng.normal(size=(3, 4, 5, 3)), jnp.float32)
    found = np.asarray(PER_IMAGE.std(outputs_of(jnp.zeros_like(s), s)))
    assert found.shape == (3, 4, 5, 3)
    assert (np.ptp(found, axis=(1, 2, 3)) == 0).all()
    assert len(np.unique(found)) == 3
    np.testing.assert_allclose(s_of(found[:, 0, 0, 0]), s.mean(axis=(1, 2, 3)), rtol=1e-4)


def test_one_sigma_per_pixel_follows_the_s_of_that_pixel(rng):
    s = jnp.asarray(rng.normal(size=(2, 4, 5, 3)), jnp.float32)
    np.testing.assert_allclose(s_of(PER_PIXEL.std(outputs_of(jnp.zeros_like(s), s))), s, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("likelihood", [PER_IMAGE, PER_PIXEL])
def test_with_the_same_sigma_everywhere_it_is_the_gaussian(rng, likelihood):
    images, means = random_pair(rng, channels=3)
    gaussian = Gaussian(0.2, is_learned=False)
    np.testing.assert_allclose(
        likelihood.log_prob(outputs_of(means, s_of(0.2)), images),
        gaussian.log_prob(means, images),
        rtol=1e-5,
        atol=1e-3,  # sums near 0 of float32 terms near 100
    )


def test_a_sigma_per_image_explains_images_of_different_difficulty_better_than_one_for_all(rng):
    images, means = random_pair(rng)
    own = PER_IMAGE.log_prob(outputs_of(means, s_of(rmse(images, means)).reshape(4, 1, 1, 1)), images)
    shared = Gaussian(float(np.sqrt(np.mean(rmse(images, means) ** 2))), is_learned=False)
    assert own.mean() > shared.log_prob(means, images).mean() + 5
