"""Oracle 8: the Bernoulli at printed values, its floor on gray digits, and the constant that makes it a density."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate
import scipy.special
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from ssvae.likelihoods.bernoulli import Bernoulli
from ssvae.likelihoods.continuous_bernoulli import ContinuousBernoulli, log_normalizer


@pytest.fixture(autouse=True)
def wide():
    with jax.enable_x64():
        yield


def nats(likelihood, logits, pixels):
    """One value per pixel."""
    column = [jnp.asarray(values, jnp.float64).reshape(-1, 1, 1, 1) for values in (logits, pixels)]
    return -np.asarray(likelihood.log_prob(*column))


def test_worked_values():
    found = nats(Bernoulli(), [2, -1, 0], [1, 0, 0.5])
    np.testing.assert_allclose(found, [0.1269280110, 0.3132616875, 0.6931471806], rtol=1e-8)


def test_huge_logits_are_exact():
    found = nats(Bernoulli(), [100, 100, -100, -100], [1, 0, 1, 0])
    np.testing.assert_allclose(found, [0, 100, 100, 0], atol=1e-12)


def test_a_gray_pixel_is_the_mean_over_black_and_white():
    rng = np.random.default_rng(8)
    logits, gray = rng.normal(scale=3, size=50), rng.uniform(size=50)
    black, white = (nats(Bernoulli(), logits, np.full(50, value)) for value in (0, 1))
    np.testing.assert_allclose(nats(Bernoulli(), logits, gray), gray * white + (1 - gray) * black, rtol=1e-9)


@pytest.mark.parametrize(("part", "floor", "of_the_mean"), [(0, 13.6548, 27.0895), (1, 13.6696, 27.1999)])
def test_gray_digits_have_the_known_floor_and_the_known_price_of_the_mean_image(part, floor, of_the_mean):
    pixels, labels = load_digits(return_X_y=True)
    split = train_test_split(pixels / 16, test_size=360, stratify=labels, random_state=0)
    digits, train = np.asarray(split[part]), np.asarray(split[0])
    # Logits of ±40 stand for certainty: 4e-18 from it.
    with np.errstate(divide="ignore"):
        best = np.clip(scipy.special.logit(digits), -40, 40)
    found = nats(Bernoulli(), best, digits).reshape(digits.shape).sum(axis=1).mean()
    assert found == pytest.approx(floor, abs=5e-5)
    # The printed prices keep the mean of the training images 1e-6 away from black: a test image is gray where none of
    # them is, and without that its price would be infinite.
    mean_image = scipy.special.logit(np.clip(train.mean(axis=0), 1e-6, 1 - 1e-6))
    priced = nats(Bernoulli(), np.broadcast_to(mean_image, digits.shape), digits)
    assert priced.reshape(digits.shape).sum(axis=1).mean() == pytest.approx(of_the_mean, abs=5e-5)


def test_the_constant_of_the_continuous_bernoulli():
    logits = scipy.special.logit([0.25, 0.5])
    np.testing.assert_allclose(np.exp(log_normalizer(jnp.asarray(logits))), [2.1972245773, 2], rtol=1e-9)

    def unnormalized(x):
        return 0.25**x * 0.75 ** (1 - x)

    area = scipy.integrate.quad(unnormalized, 0, 1)[0]
    assert area == pytest.approx(0.4551196133, rel=1e-9)
    assert area == pytest.approx(1 / 2.1972245773, rel=1e-9)


def test_it_adds_that_constant_to_the_bernoulli():
    rng = np.random.default_rng(1)
    logits, gray = rng.normal(scale=3, size=50), rng.uniform(size=50)
    difference = nats(Bernoulli(), logits, gray) - nats(ContinuousBernoulli(), logits, gray)
    np.testing.assert_allclose(difference, log_normalizer(jnp.asarray(logits)), rtol=1e-9)
