"""Bernoulli: printed values, gray pixels as expectations, and how low the loss of real digits can get."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from ssvae.likelihoods.bernoulli import Bernoulli


def image(*pixels: float):
    return jnp.array(pixels).reshape(1, 1, -1, 1)


def test_it_has_the_printed_values():
    logits, pixels = (2.0, -1.0, 0.0), (1.0, 0.0, 0.5)
    found = [-Bernoulli().log_prob(image(z), image(x))[0] for z, x in zip(logits, pixels, strict=True)]
    np.testing.assert_allclose(found, [0.126928011, 0.3132616875, 0.6931471806], rtol=1e-6)


@pytest.mark.parametrize("logit", [-100.0, 100.0])
def test_huge_logits_cost_their_size_or_nothing(logit):
    value, gradient = jax.value_and_grad(lambda z: Bernoulli().log_prob(image(z), image(1.0))[0])(logit)
    np.testing.assert_allclose(value, min(logit, 0.0), atol=1e-6)
    assert jnp.isfinite(gradient)


def test_a_confident_model_keeps_its_digits():
    """As two sums of x·l and of softplus(l), each near 15,000 here, all of them would be lost."""
    logits = np.random.default_rng(0).normal(20.0, 5.0, (4, 28, 28, 1)).astype(np.float32)
    exact = -np.logaddexp(0.0, -logits.astype(np.float64)).sum(axis=(1, 2, 3))
    assert exact.min() > -5
    found = jax.jit(Bernoulli().log_prob)(logits, np.ones_like(logits))
    np.testing.assert_allclose(found, exact, rtol=1e-5)


@pytest.mark.parametrize("pixel", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("logit", [-2.0, -0.0, 0.0, 2.0])
def test_the_gradient_is_the_pixel_minus_its_probability(pixel, logit):
    found = jax.grad(lambda z: Bernoulli().log_prob(image(z), image(pixel))[0])(logit)
    np.testing.assert_allclose(found, pixel - scipy.special.expit(logit), rtol=1e-6, atol=1e-7)


def test_a_gray_pixel_is_the_average_over_black_and_white():
    both = [Bernoulli().log_prob(image(0.7), image(x))[0] for x in (0.0, 1.0)]
    np.testing.assert_allclose(
        Bernoulli().log_prob(image(0.7), image(0.3))[0], 0.7 * both[0] + 0.3 * both[1], rtol=1e-6
    )


def test_the_loss_reaches_the_entropy_of_the_pixels_and_no_lower():
    pixels = image(0.2, 0.9, 0.5)
    best = jnp.log(pixels) - jnp.log1p(-pixels)
    floor = scipy.stats.bernoulli(np.asarray(pixels).ravel()).entropy().sum()
    np.testing.assert_allclose(-Bernoulli().log_prob(best, pixels)[0], floor, rtol=1e-5)
    gradient = jax.grad(lambda z: Bernoulli().log_prob(z, pixels)[0])(best)
    np.testing.assert_allclose(gradient, 0.0, atol=1e-6)


def test_the_mean_of_an_undecided_pixel_is_gray():
    assert Bernoulli().mean(image(0.0))[0, 0, 0, 0] == 0.5


@pytest.fixture(scope="module")
def digits():
    """The training digits of scikit-learn's own splitter, whose floor is known, as images from 0 to 1."""
    pixels, labels = load_digits(return_X_y=True)
    train, _ = train_test_split(pixels / 16, test_size=360, stratify=labels, random_state=0)
    return train.astype(np.float32).reshape(-1, 8, 8, 1)


def nats(logits, images) -> float:
    """Mean loss per image; one image of logits serves all."""
    logits = jnp.broadcast_to(jnp.asarray(logits), images.shape)
    return float(-Bernoulli().log_prob(logits, jnp.asarray(images)).mean())


def logits_of(probs):
    """Exact but for 0 and 1, which become logits of ±30: 1e-13 from the bound, and float32 sees no difference."""
    with np.errstate(divide="ignore"):
        return np.clip(scipy.special.logit(probs), -30, 30)


def test_digits_have_the_known_floor_and_the_known_price_of_their_mean(digits):
    assert nats(logits_of(digits), digits) == pytest.approx(13.6548, abs=1e-3)
    assert nats(logits_of(digits.mean(axis=0)), digits) == pytest.approx(27.0895, abs=1e-3)


def test_a_code_of_eight_numbers_lies_between_them(digits):
    """Principal components stand for a trained decoder."""
    flat = digits.reshape(len(digits), -1)
    center = flat.mean(axis=0)
    _, _, axes = np.linalg.svd(flat - center, full_matrices=False)
    decoded = np.clip(center + (flat - center) @ axes[:8].T @ axes[:8], 0.02, 0.98)
    assert 13.7 < nats(logits_of(decoded.reshape(digits.shape)), digits) < 27.0


def test_logits_that_are_probabilities_already_cannot_tell_images(digits):
    """D3: a sigmoid before the loss leaves probabilities of 0.5 to 0.731, dearer than one mean image for all."""
    squashed = np.clip(logits_of(digits), 0, 1)  # the best that a sigmoid can give the loss
    assert nats(squashed, digits) > nats(logits_of(digits.mean(axis=0)), digits)
    assert nats(logits_of(digits), digits) < nats(squashed, digits) / 2
