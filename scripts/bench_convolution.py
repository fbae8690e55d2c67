"""How fast a convolutional VAE trains with each way of computing its convolutions, in a scan and batch by batch.

Command: python scripts/bench_convolution.py [ROUNDS]     (about a minute on a CPU of two cores)
On the CPU, matrix products in a scan should win by a wide margin: that choice is made in networks/convolution.py.
The cases take turns, so that a busy minute slows all of them; only the ratios of the medians mean anything.
"""

import statistics
import sys
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.networks.convolution import LAX, MATMUL, Convolutions
from ssvae.networks.convolutional import Down, Up
from ssvae.networks.heads import GaussianHead
from ssvae.networks.recipes import ConvDecoderConfig, ConvEncoderConfig
from ssvae.probability.gaussian import DiagonalGaussian, kl, sample

IMAGE_SHAPE, LATENT, BATCH = (28, 28, 1), 16, 128

STEPS = {"matmul, scan": 8, "matmul, loop": 8, "lax, loop": 8, "lax, scan": 2}
"""Steps in one sample of each case. Two are enough of the slowest; a scan of one step would be compiled as no loop."""


def make_networks(convolutions: Convolutions) -> nnx.Module:
    """Encoder, head and decoder with their recipes' defaults, all layers computing in the given way."""
    rngs = nnx.Rngs(params=jax.random.key(0))
    encoder = ConvEncoderConfig().build(IMAGE_SHAPE, rngs=rngs)
    head = GaussianHead(encoder.num_features, 1, LATENT, rngs=rngs)
    decoder = ConvDecoderConfig().build(LATENT, IMAGE_SHAPE, 1, rngs=rngs)
    networks = nnx.Dict(encoder=encoder, head=head, decoder=decoder)
    for _, module in nnx.iter_modules(networks):
        if isinstance(module, Down | Up):
            module.convolutions = convolutions
    return networks


def make_step(convolutions: Convolutions) -> tuple[Callable, tuple]:
    """One training step of a plain VAE with Bernoulli pixels, and the state it starts from."""
    structure = structure_of(lambda: make_networks(convolutions))
    optimizer = optax.adam(1e-3)

    def loss(params, images, key):
        networks = bind(structure, params)
        mean, std = (part[:, 0] for part in networks.head(networks.encoder(images)))
        posterior = DiagonalGaussian(mean, std)
        logits = networks.decoder(sample(posterior, key))
        bits = jnp.sum(optax.sigmoid_binary_cross_entropy(logits, images), axis=(1, 2, 3))
        return jnp.mean(bits + kl(posterior, DiagonalGaussian(jnp.zeros_like(mean), jnp.ones_like(std))))

    def step(state, images):
        params, optimizer_state, key = state
        key, noise = jax.random.split(key)
        value, gradients = jax.value_and_grad(loss)(params, images / 255, noise)
        updates, optimizer_state = optimizer.update(gradients, optimizer_state)
        return (optax.apply_updates(params, updates), optimizer_state, key), value

    params = unbind(make_networks(convolutions))
    return step, (params, optimizer.init(params), jax.random.key(1))


def make_case(name: str) -> Callable[[], float]:
    """A function that trains for some steps and gives images per second."""
    way, _, how = name.partition(", ")
    step, state = make_step({"matmul": MATMUL, "lax": LAX}[way])
    pixels = np.random.default_rng(0).integers(0, 256, (STEPS[name], BATCH, *IMAGE_SHAPE), np.uint8)
    scan = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches), donate_argnums=0)
    one = jax.jit(step, donate_argnums=0)

    def run() -> float:
        nonlocal state
        start = time.perf_counter()
        if how == "scan":
            state, _ = scan(state, pixels)
        else:
            for images in pixels:
                state, _ = one(state, images)
        jax.block_until_ready(state)
        return len(pixels) * BATCH / (time.perf_counter() - start)

    run()  # compiles
    return run


def main(rounds: int) -> None:
    """Print a table: case, images per second, and how many times faster the pair in a scan is."""
    print(f"jax {jax.__version__} on {jax.default_backend()}, batches of {BATCH}, medians of {rounds} rounds")
    cases = {name: make_case(name) for name in STEPS}
    speeds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, run in cases.items():
            speeds[name].append(run())
    fastest = statistics.median(speeds["matmul, scan"])
    for name, samples in speeds.items():
        speed = statistics.median(samples)
        print(f"{name:<14}{speed:8.0f} images/s   matmul, scan is {fastest / speed:6.2f} times as fast")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
