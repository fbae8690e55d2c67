"""Draws from the posterior: a code for each image, how probable each component is, and what each of them costs.

In: images, noise. Out: `Inference`. Not here: the networks (ssvae.py), the bound (bound.py).

Each image has its own row of noise, and a draw depends on no other image. Zero noise gives the posterior's mean.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Key
from ssvae.model.ssvae import SSVAE, Mixture, Posterior
from ssvae.probability import gaussian
from ssvae.probability.gaussian import DiagonalGaussian
from ssvae.routing.responsibilities import closed_form_responsibilities, component_posterior

__all__ = ["Draw", "Inference", "Noise", "NoiseShape", "draw", "draw_noise", "drawn", "infer", "no_noise"]


class NoiseShape(NamedTuple):
    """How much noise one image needs."""

    samples: int
    """Codes drawn per image."""
    latent: int
    auxiliary: int
    """0 without an auxiliary variable."""
    components: int
    """0 when no component is drawn at random."""


class Noise(NamedTuple):
    """The random numbers behind the draws of a batch."""

    code: Float[Array, "batch sample latent"]
    """Standard normal. All components share it, which leaves their differences the least variance."""
    auxiliary: Float[Array, "batch auxiliary"]
    """Standard normal."""
    gumbel: Float[Array, "batch noise"]
    """Standard Gumbel, a column per component; no columns when none is drawn at random."""


def draw_noise(shape: NoiseShape, batch: int, key: Key[Array, ""]) -> Noise:
    """Fresh noise for `batch` images."""
    return Noise(
        drawn(jax.random.normal, key, 0, (batch, shape.samples, shape.latent)),
        drawn(jax.random.normal, key, 1, (batch, shape.auxiliary)),
        drawn(jax.random.gumbel, key, 2, (batch, shape.components)),
    )


def drawn(
    draw_from: Callable[[Array, tuple[int, ...]], Array],
    key: Key[Array, ""],
    number: int,
    shape: tuple[int, ...],
) -> Array:
    """A draw from the key that `key` has under `number`. JAX would put it into the program even to draw nothing."""
    return draw_from(jax.random.fold_in(key, number), shape) if math.prod(shape) else jnp.zeros(shape)


def no_noise(shape: NoiseShape, batch: int) -> Noise:
    """Zeros: draws are then the means of the posteriors."""
    return Noise(
        jnp.zeros((batch, 1, shape.latent)),
        jnp.zeros((batch, shape.auxiliary)),
        jnp.zeros((batch, shape.components)),
    )


class Draw(NamedTuple):
    """Codes drawn for each image, and the components' part in them."""

    z: Float[Array, "batch sample copy latent"]
    """Drawn from q(z|x), or from each q(z|x,c)."""
    log_responsibilities: Float[Array, "batch sample component"]
    """log q(c|x), before routing; differs between samples only for responsibilities=posterior_z."""
    kl: Float[Array, "batch sample component latent"]
    """KL(q(z|x,c) ‖ p(z|c)) in nats, dimension by dimension; for responsibilities=posterior_z its estimate at the
    sample, log q(z|x) − log p(z|c), which may be negative."""

    def mean_log_responsibilities(self) -> Float[Array, "batch component"]:
        """log of the mean of q(c|x) over the samples."""
        samples = self.log_responsibilities.shape[1]
        if samples == 1:
            # The same numbers and the same gradient, to the bit, without thirty operations to compile.
            return self.log_responsibilities[:, 0]
        return jax.nn.logsumexp(self.log_responsibilities, axis=1) - math.log(samples)

    def expected_code(self) -> Float[Array, "batch latent"]:
        """The first sample's code, averaged over components by q(c|x) where each has its own."""
        z = self.z[:, 0]
        if z.shape[1] == 1:
            return z[:, 0]
        return jnp.einsum("bc,bcd->bd", jnp.exp(self.log_responsibilities[:, 0]), z)


class Inference(NamedTuple):
    """Everything that is inferred from a batch of images; rows are images throughout."""

    images: Float[Array, "batch height width channel"]
    posterior: Posterior
    draw: Draw
    gumbel: Float[Array, "batch noise"]
    """Noise of a random choice of components."""

    def auxiliary_value(self) -> Float[Array, "batch auxiliary"] | None:
        """The draw of a; None without an auxiliary variable."""
        return None if self.posterior.auxiliary is None else self.posterior.auxiliary.value

    def rows(self, part: slice) -> "Inference":
        """The same of some of the images."""
        return jax.tree.map(lambda array: array[part], self)


def infer(
    model: SSVAE, mixture: Mixture, images: Float[Array, "batch height width channel"], noise: Noise
) -> Inference:
    """The posterior of each image and a draw from it."""
    posterior = model.posterior(images, noise.auxiliary)
    return Inference(
        images, posterior, draw(model.responsibilities, mixture, posterior, noise.code), noise.gumbel
    )


def draw(
    responsibilities: str,
    mixture: Mixture,
    posterior: Posterior,
    code_noise: Float[Array, "batch sample latent"],
) -> Draw:
    """Draw a code for each row of noise and ask what each component has to do with it.

    Args:
        responsibilities: `closed_form`, `encoder` or `posterior_z`: where q(c|x) comes from.
        mixture: The prior.
        posterior: Of the images.
        code_noise: Standard normal.
    """
    code = posterior.code
    z = code.mean[:, None] + code.std[:, None] * code_noise[:, :, None, :]
    if responsibilities == "posterior_z":
        q, p = (_with_axes(one, axes) for one, axes in ((code, (1,)), (mixture.components, (0, 0))))
        log_p = gaussian.log_prob_per_dimension(p, z)
        log_responsibilities = component_posterior(mixture.log_weights, jnp.sum(log_p, axis=-1))
        return Draw(z, log_responsibilities, gaussian.log_prob_per_dimension(q, z) - log_p)
    p = _with_axes(mixture.components, (0,))
    kl = gaussian.kl_per_dimension(code, p)
    if posterior.component_logits is None:
        log_responsibilities = closed_form_responsibilities(mixture.log_weights, jnp.sum(kl, axis=-1))
    else:
        log_responsibilities = jax.nn.log_softmax(posterior.component_logits, axis=1)
    return Draw(z, log_responsibilities[:, None], kl[:, None])


def _with_axes(one: DiagonalGaussian, axes: tuple[int, ...]) -> DiagonalGaussian:
    """Axes of size 1 put in, one after the other, so that shapes line up."""
    mean, std = one
    for axis in axes:
        mean, std = jnp.expand_dims(mean, axis), jnp.expand_dims(std, axis)
    return DiagonalGaussian(mean, std)
