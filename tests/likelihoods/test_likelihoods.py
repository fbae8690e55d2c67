"""Bernoulli and Gaussian likelihoods: printed values, scipy, and where their optimum lies."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
import scipy.stats

from ssvae.likelihoods.bernoulli import Bernoulli
from ssvae.likelihoods.gaussian import Gaussian
from ssvae.networks.binding import bind, structure_of, unbind


def image(*pixels: float):
    return jnp.array(pixels).reshape(1, 1, -1, 1)


def test_bernoulli_has_the_printed_values():
    logits, pixels = (2.0, -1.0, 0.0), (1.0, 0.0, 0.5)
    found = [-Bernoulli().log_prob(image(z), image(x))[0] for z, x in zip(logits, pixels, strict=True)]
    np.testing.assert_allclose(found, [0.126928011, 0.3132616875, 0.6931471806], rtol=1e-6)


@pytest.mark.parametrize("logit", [-100.0, 100.0])
def test_bernoulli_is_stable_for_huge_logits(logit):
    value, gradient = jax.value_and_grad(lambda z: Bernoulli().log_prob(image(z), image(1.0))[0])(logit)
    np.testing.assert_allclose(value, min(logit, 0.0), atol=1e-6)
    assert jnp.isfinite(gradient)


def test_bernoulli_of_a_grey_pixel_is_the_average_over_black_and_white():
    both = [Bernoulli().log_prob(image(0.7), image(x))[0] for x in (0.0, 1.0)]
    np.testing.assert_allclose(
        Bernoulli().log_prob(image(0.7), image(0.3))[0], 0.7 * both[0] + 0.3 * both[1], rtol=1e-6
    )


def test_bernoulli_reaches_the_entropy_floor_and_no_lower():
    pixels = image(0.2, 0.9, 0.5)
    best = jnp.log(pixels) - jnp.log1p(-pixels)
    floor = scipy.stats.bernoulli(np.asarray(pixels).ravel()).entropy().sum()
    np.testing.assert_allclose(-Bernoulli().log_prob(best, pixels)[0], floor, rtol=1e-5)
    gradient = jax.grad(lambda z: Bernoulli().log_prob(z, pixels)[0])(best)
    np.testing.assert_allclose(gradient, 0.0, atol=1e-6)


PIXELS, MEANS = image(0.2, 0.9, 0.0), image(0.25, 0.7, 0.1)


def test_gaussian_has_the_printed_value():
    gaussian = Gaussian(0.1, is_learned=True)
    np.testing.assert_allclose(-gaussian.log_prob(MEANS, PIXELS)[0], -1.5259396794, rtol=1e-5)


def test_gaussian_agrees_with_scipy():
    gaussian = Gaussian(0.4, is_learned=False)
    expected = scipy.stats.norm.logpdf(np.asarray(PIXELS), np.asarray(MEANS), 0.4).sum()
    np.testing.assert_allclose(gaussian.log_prob(MEANS, PIXELS)[0], expected, rtol=1e-5)


def test_gaussian_std_is_best_at_the_root_mean_squared_error_not_the_root_of_the_sum():
    def nll(std: float) -> float:
        return float(-Gaussian(std, is_learned=True).log_prob(MEANS, PIXELS)[0])

    best = scipy.optimize.minimize_scalar(
        nll, bounds=(0.05, 0.5), method="bounded", options={"xatol": 1e-5}
    ).x
    assert best == pytest.approx(0.1322875656, abs=2e-4)  # float32 flattens the minimum to about 1e-4
    assert nll(0.1322875656) == pytest.approx(-1.8115159975, rel=1e-5)


@pytest.mark.parametrize(("is_learned", "moves"), [(True, True), (False, False)])
def test_gaussian_std_moves_only_when_learned(is_learned, moves):
    def make():
        return Gaussian(0.3, is_learned=is_learned)

    structure, params = structure_of(make), unbind(make())
    gradient = jax.grad(lambda p: bind(structure, p).log_prob(MEANS, PIXELS)[0])(params)
    assert bool(gradient["log_std"] != 0) is moves


def test_means_are_images():
    assert Bernoulli().mean(image(0.0))[0, 0, 0, 0] == 0.5
    np.testing.assert_allclose(
        Gaussian(0.3, is_learned=True).mean(image(-1.0, 0.4, 2.0)), image(0.0, 0.4, 1.0)
    )
