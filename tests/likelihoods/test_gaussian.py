"""The Gaussian with one σ: printed values, where its optimum lies, and what a weight on squared error would mean."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
from jax.test_util import check_grads

from ssvae.likelihoods.gaussian import Gaussian
from ssvae.networks.binding import bind, structure_of, unbind


def image(*pixels: float):
    return jnp.array(pixels).reshape(1, 1, -1, 1)


PIXELS, MEANS = image(0.2, 0.9, 0.0), image(0.25, 0.7, 0.1)


def test_it_has_the_printed_value():
    gaussian = Gaussian(0.1, is_learned=True)
    np.testing.assert_allclose(-gaussian.log_prob(MEANS, PIXELS)[0], -1.5259396794, rtol=1e-5)


def test_std_is_best_at_the_root_mean_squared_error_not_the_root_of_the_sum():
    def nll(std: float) -> float:
        return float(-Gaussian(std, is_learned=True).log_prob(MEANS, PIXELS)[0])

    best = scipy.optimize.minimize_scalar(
        nll, bounds=(0.05, 0.5), method="bounded", options={"xatol": 1e-5}
    ).x
    assert best == pytest.approx(0.1322875656, abs=2e-4)  # float32 flattens the minimum to about 1e-4
    assert nll(0.1322875656) == pytest.approx(-1.8115159975, rel=1e-5)


def slope_of_std(std: float, *, is_learned: bool = True) -> float:
    def make():
        return Gaussian(std, is_learned=is_learned)

    structure, params = structure_of(make), unbind(make())
    gradient = jax.grad(lambda p: bind(structure, p).log_prob(MEANS, PIXELS)[0])(params)
    return float(gradient["log_std"])


def test_the_slope_of_std_is_zero_at_the_root_mean_squared_error_and_right_on_both_sides():
    assert slope_of_std(0.1322875656) == pytest.approx(0.0, abs=1e-5)
    assert slope_of_std(0.1) > 0 > slope_of_std(0.2)


@pytest.mark.parametrize(("is_learned", "moves"), [(True, True), (False, False)])
def test_std_moves_only_when_learned(is_learned, moves):
    assert (slope_of_std(0.3, is_learned=is_learned) != 0) is moves


def test_the_slope_of_std_agrees_with_finite_differences():
    with jax.enable_x64():
        means, pixels = (jnp.asarray(np.asarray(part, np.float64)) for part in (MEANS, PIXELS))
        structure = structure_of(lambda: Gaussian(0.3, is_learned=True))

        def log_prob(log_std):
            return bind(structure, {"log_std": log_std}).log_prob(means, pixels)

        check_grads(log_prob, (jnp.asarray(math.log(0.3)),), order=1, modes=["rev"], rtol=1e-6)


def test_no_std_is_predicted_per_image():
    assert Gaussian(0.3, is_learned=True).std(MEANS) is None


def test_means_are_cut_to_what_an_image_can_show():
    found = Gaussian(0.3, is_learned=True).mean(image(-1.0, 0.4, 2.0))
    np.testing.assert_allclose(found, image(0.0, 0.4, 1.0))


def test_a_weight_on_the_mean_squared_error_is_a_sigma_and_a_large_beta_in_disguise():
    """D11: 500 × mean squared error over 784 pixels is the Gaussian at σ² = 784 / (2 · 500), and at the σ of good
    reconstructions, 0.1, the same images count 78 times as much: there β = 5 is β = 392."""
    images, means = jnp.asarray(np.random.default_rng(0).uniform(size=(2, 1, 28, 28, 1)), jnp.float32)

    def slope(loss):
        return np.asarray(jax.grad(loss)(means))

    def nll(std):
        return lambda means: -Gaussian(std, is_learned=False).log_prob(means, images)[0]

    weighted = slope(lambda means: 500 * jnp.mean((images - means) ** 2))
    np.testing.assert_allclose(weighted, slope(nll(math.sqrt(784 / (2 * 500)))), rtol=1e-5)
    np.testing.assert_allclose(5 * slope(nll(0.1)) / weighted, 392, rtol=1e-4)
