"""One epoch as one compiled program: every step, no word to the host until all are done.

In: a state, images on the device, row numbers, hyperparameters as arguments. Out: the next state, terms per step.
Compiled once per `Structure`, clip and shape: learning rate, weights, temperature and seed are arguments, so a sweep
over them compiles nothing new.
"""

from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import optax

from ssvae.arrays import Array, Float, Int, Key, Params, UInt8
from ssvae.batch import Batch
from ssvae.classifiers.base import Statistics
from ssvae.model.objective import ObjectiveSettings, Terms, loss_terms, weighted_sum
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS, TOTAL
from ssvae.training.optimizers import make_optimizer
from ssvae.training.packing import Packed, packed, unpacked
from ssvae.training.state import TrainState

__all__ = ["STEP_KEYS", "DeviceData", "Hyperparameters", "StepTable", "train_epoch"]


class DeviceData(NamedTuple):
    """The training images, on the device once for the whole run."""

    images: UInt8[Array, "example height width channel"]
    labels: Int[Array, " example"]
    """True labels on labeled rows; −1 on all others, so that no program can peek."""
    levels: Float[Array, ""]
    """The brightness that counts as 1.0."""

    def pixels(self, rows: Int[Array, " batch"]) -> Float[Array, "batch height width channel"]:
        """The images of these rows, in [0, 1]."""
        return self.images[rows].astype(jnp.float32) / self.levels


class Hyperparameters(NamedTuple):
    """What may change between epochs and between runs without compiling anew."""

    learning_rate: Float[Array, ""]
    prior_step_size: Float[Array, ""]
    """What the learning rate is multiplied by for the prior's parameters."""
    objective: ObjectiveSettings


STEP_KEYS = (TOTAL, *TERMS, "gradient.norm")
"""The columns of a `StepTable`: terms as they are, without their weights."""

StepTable = Float[Array, "step key"]
"""The numbers of each step. In one array: for each array that a loop fills the compiler makes a function of its own."""


@partial(jax.jit, static_argnums=(0, 1))
def train_epoch(
    structure: Structure,
    gradient_clip: float | None,
    state: TrainState,
    data: DeviceData,
    rows: Int[Array, "step batch"],
    labeled_rows: Int[Array, "step labeled"],
    hyperparameters: Hyperparameters,
) -> tuple[TrainState, StepTable]:
    """Take one step per row of `rows`.

    The given state's memory is not reused: it is what a training goes back to when the epoch gives no numbers.
    """

    def step(state: TrainState, step_rows: tuple[Array, Array]) -> tuple[TrainState, Float[Array, " key"]]:
        key = jax.random.fold_in(state.key, state.step)
        batch = Batch(data.pixels(step_rows[0]), data.pixels(step_rows[1]), data.labels[step_rows[1]])
        if structure.config.likelihood.binarization == "dynamic":
            key, batch = _binarized(key, batch)
        return _train_step(structure, gradient_clip, state, batch, key, hyperparameters)

    return jax.lax.scan(step, state, (rows, labeled_rows))


def _binarized(key: Key[Array, ""], batch: Batch) -> tuple[Key[Array, ""], Batch]:
    """Each pixel drawn black or white with its brightness as the probability, anew at every step."""
    key, images_key, labeled_key = jax.random.split(key, 3)
    images = jax.random.bernoulli(images_key, batch.images)
    labeled_images = jax.random.bernoulli(labeled_key, batch.labeled_images)
    return key, Batch(images.astype(jnp.float32), labeled_images.astype(jnp.float32), batch.labels)


def _train_step(
    structure: Structure,
    gradient_clip: float | None,
    state: TrainState,
    batch: Batch,
    key: Key[Array, ""],
    hyperparameters: Hyperparameters,
) -> tuple[TrainState, Float[Array, " key"]]:
    settings = hyperparameters.objective

    def loss(params: Params) -> tuple[Array, tuple[Terms, Statistics]]:
        model = structure.bind(params)
        terms, statistics = loss_terms(model, structure.plan(), state.statistics, batch, key, settings)
        return weighted_sum(terms, settings.weights), (terms, statistics)

    (total, (terms, statistics)), gradient = jax.value_and_grad(loss, has_aux=True)(state.params)
    packed_gradient = packed(gradient)
    direction, opt_state = make_optimizer(gradient_clip).update(packed_gradient, state.opt_state)
    params = _moved(state.params, unpacked(cast(Packed, direction), state.params), hyperparameters)
    numbers = jnp.stack([total, *(terms[name] for name in TERMS), optax.tree.norm(packed_gradient)])
    return TrainState(state.step + 1, params, opt_state, statistics, state.key), numbers


def _moved(params: Params, direction: Params, hyperparameters: Hyperparameters) -> Params:
    """One step along Adam's direction, the prior's own as long as its recipe asks.

    The factor acts here because Adam would undo a factor on the gradient.
    """
    rates = dict.fromkeys(params, hyperparameters.learning_rate)
    rates["prior"] = hyperparameters.learning_rate * hyperparameters.prior_step_size
    return {
        part: jax.tree.map(
            lambda parameter, change, rate=rates[part]: parameter - rate * change, old, direction[part]
        )
        for part, old in params.items()
    }
