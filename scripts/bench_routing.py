"""What it costs to decode every component of a mixture, and what the routings save: CPU time of a training step.

    python scripts/bench_routing.py

One line per model with its ratio to a decoder that sees no component. Cases are interleaved and medians shown, so that
a busy machine slows all of them alike.
"""

import dataclasses
import statistics
import time

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.classifiers.recipes import NoClassifierConfig
from ssvae.model.objective import ObjectiveSettings
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.routing.recipes import HardRoutingConfig, StraightThroughRoutingConfig, TopRoutingConfig
from ssvae.training.epoch import DeviceData, Hyperparameters, train_epoch
from ssvae.training.schedules import term_weights
from ssvae.training.state import initial_state

IMAGE_SHAPE, STEPS, BATCH, ROUNDS = (28, 28, 1), 16, 128, 7


def decoder(conditioning: str) -> DenseDecoderConfig:
    """16 → 256 → 512 → 784."""
    return DenseDecoderConfig(hidden_sizes=(256, 512), conditioning=conditioning)


BASE = SSVAEConfig(
    model=ModelConfig(latent_dim=16),
    prior=MixturePriorConfig(num_components=10),
    encoder=DenseEncoderConfig(hidden_sizes=(512, 256)),
    decoder=decoder("none"),
    classifier=NoClassifierConfig(),
)
FILM = dataclasses.replace(BASE, decoder=decoder("film"))
CASES = {
    "one decode": BASE,
    "film, soft": FILM,
    "film, top_m of 3": dataclasses.replace(FILM, routing=TopRoutingConfig()),
    "film, hard": dataclasses.replace(FILM, routing=HardRoutingConfig()),
    "film, straight_through": dataclasses.replace(FILM, routing=StraightThroughRoutingConfig()),
    "concat, soft": dataclasses.replace(BASE, decoder=decoder("concat")),
}


def hyperparameters(config: SSVAEConfig) -> Hyperparameters:
    """Full weights."""
    weights = {key: jnp.float32(weight) for key, weight in term_weights(config).items()}
    one = jnp.float32(1.0)
    settings = ObjectiveSettings(weights, one, jnp.float32(0.0), one, jnp.float32(STEPS * BATCH))
    return Hyperparameters(jnp.float32(1e-3), one, settings)


def main() -> None:
    """Train each model for a few short epochs in turn; the first round compiles and does not count."""
    images = np.random.default_rng(0).integers(0, 256, (STEPS * BATCH, *IMAGE_SHAPE), np.uint8)
    data = DeviceData(jnp.asarray(images), jnp.full(len(images), -1, jnp.int32), jnp.float32(255))
    rows = jnp.arange(STEPS * BATCH, dtype=jnp.int32).reshape(STEPS, BATCH)
    unlabeled = jnp.zeros((STEPS, 0), jnp.int32)
    structures = {name: Structure.of(config, IMAGE_SHAPE, 10) for name, config in CASES.items()}
    states = {name: initial_state(structure, None, 0, {}) for name, structure in structures.items()}
    seconds: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(ROUNDS + 1):
        for name, config in CASES.items():
            started = time.process_time()
            states[name], steps = train_epoch(
                structures[name], None, states[name], data, rows, unlabeled, hyperparameters(config)
            )
            jax.block_until_ready(steps)
            seconds[name].append(time.process_time() - started)
    medians = {name: statistics.median(found[1:]) for name, found in seconds.items()}
    for name, median in medians.items():
        print(f"{name:<24}{1e3 * median / STEPS:8.2f} ms a step {median / medians['one decode']:6.2f} ×")


if __name__ == "__main__":
    main()
