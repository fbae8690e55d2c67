"""Draws: which keys they come from, and what is made of one sample."""

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.model.inference import Draw, NoiseShape, draw_noise

SHAPE = NoiseShape(samples=2, latent=3, auxiliary=4, components=5)


def test_each_kind_of_noise_has_a_key_of_its_own(getkey):
    """Those that JAX's `split` gives, which runs that are gone on with have drawn from."""
    key = getkey()
    code, auxiliary, gumbel = jax.random.split(key, 3)
    noise = draw_noise(SHAPE, 6, key)
    np.testing.assert_array_equal(noise.code, jax.random.normal(code, (6, 2, 3)))
    np.testing.assert_array_equal(noise.auxiliary, jax.random.normal(auxiliary, (6, 4)))
    np.testing.assert_array_equal(noise.gumbel, jax.random.gumbel(gumbel, (6, 5)))


def test_what_is_not_needed_is_not_drawn(getkey):
    noise = draw_noise(SHAPE._replace(auxiliary=0, components=0), 6, getkey())
    assert [part.shape for part in noise] == [(6, 2, 3), (6, 0), (6, 0)]


def test_the_responsibilities_of_one_sample_are_their_own_mean(getkey):
    """To the bit what the log of a sum of one would be, and so is the gradient."""
    log_responsibilities = jax.nn.log_softmax(jax.random.normal(getkey(), (6, 1, 4)), axis=-1)
    log_responsibilities = log_responsibilities.at[0, 0, 1].set(-jnp.inf)
    weights = jax.random.normal(getkey(), (6, 4))

    def ours(log_responsibilities):
        return Draw(
            jnp.zeros((6, 1, 1, 3)), log_responsibilities, jnp.zeros((6, 1, 4, 3))
        ).mean_log_responsibilities()

    def as_a_sum(log_responsibilities):
        return jax.nn.logsumexp(log_responsibilities, axis=1)

    np.testing.assert_array_equal(ours(log_responsibilities), as_a_sum(log_responsibilities))
    finite = jnp.maximum(log_responsibilities, -50.0)
    gradients = [jax.grad(lambda rows, of=of: jnp.sum(weights * of(rows)))(finite) for of in (ours, as_a_sum)]
    np.testing.assert_array_equal(*gradients)
