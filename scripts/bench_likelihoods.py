"""How long each likelihood takes for a batch of images, against the same formula summed term by term.

Command: python scripts/bench_likelihoods.py [ROUNDS]     (half a minute on a CPU of two cores)
The forms that likelihoods/pixels.py asks for should win, with the gradient and without: on a CPU a Gaussian by far.
The cases take turns, so that a busy minute slows all of them; only the ratios of the medians mean anything.
"""

import statistics
import sys
import time
from collections.abc import Callable
from itertools import product

import jax
import jax.numpy as jnp

from ssvae.arrays import Array
from ssvae.likelihoods.bernoulli import Bernoulli
from ssvae.likelihoods.gaussian import Gaussian
from ssvae.probability.gaussian import LOG_TWO_PI

SHAPE, CALLS, STD = (128, 28, 28, 1), 50, 0.3

LogProb = Callable[[Array, Array], Array]


def bernoulli_by_terms(outputs: Array, images: Array) -> Array:
    """As a textbook has it."""
    return jnp.sum(images * outputs - jax.nn.softplus(outputs), axis=(1, 2, 3))


def gaussian_by_terms(outputs: Array, images: Array) -> Array:
    """The density of each pixel, summed."""
    densities = -0.5 * (((images - outputs) / STD) ** 2 + LOG_TWO_PI) - jnp.log(STD)
    return jnp.sum(densities, axis=(1, 2, 3))


FORMS: dict[str, tuple[LogProb, LogProb]] = {
    "bernoulli": (Bernoulli().log_prob, bernoulli_by_terms),
    "gaussian": (Gaussian(STD, is_learned=True).log_prob, gaussian_by_terms),
}


def make_case(log_prob: LogProb, *, with_gradient: bool) -> Callable[[], float]:
    """A function that computes the likelihood some times within a program, and gives microseconds for one of them."""
    images, outputs = (draw(jax.random.key(0), SHAPE) for draw in (jax.random.uniform, jax.random.normal))

    def mean(outputs: Array) -> Array:
        return jnp.mean(log_prob(outputs, images))

    def step(outputs: Array, _: None) -> tuple[Array, Array]:
        value, gradient = jax.value_and_grad(mean)(outputs) if with_gradient else (mean(outputs), 1.0)
        return outputs + 1e-6 * value * gradient, value  # the next call depends on this one

    program = jax.jit(lambda outputs: jax.lax.scan(step, outputs, None, length=CALLS))
    jax.block_until_ready(program(outputs))  # compiles

    def run() -> float:
        start = time.perf_counter()
        jax.block_until_ready(program(outputs))
        return (time.perf_counter() - start) / CALLS * 1e6

    return run


def main(rounds: int) -> None:
    """Print a line for each likelihood, with its gradient and without."""
    print(f"jax {jax.__version__} on {jax.default_backend()}, {SHAPE}, medians of {rounds} rounds")
    for (name, forms), with_gradient in product(FORMS.items(), (False, True)):
        cases = [make_case(form, with_gradient=with_gradient) for form in forms]
        samples = [[run() for run in cases] for _ in range(rounds)]
        ours, by_terms = (statistics.median(column) for column in zip(*samples, strict=True))
        what = f"{name}, {'with its gradient' if with_gradient else 'value alone'}"
        print(f"{what:30}{ours:7.0f} µs   by terms {by_terms:7.0f} µs, {by_terms / ours:5.1f} times as long")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
