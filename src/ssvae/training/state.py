"""What training changes, and nothing else.

In: a structure and a seed. Out: `TrainState`. Not here: changing it (epoch.py), writing it (runs/checkpoints.py).
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Int, Key, Params
from ssvae.classifiers.base import Statistics
from ssvae.model.structure import Structure
from ssvae.training.optimizers import make_optimizer

__all__ = ["TrainState", "initial_state"]


class TrainState(NamedTuple):
    """Everything the next step needs."""

    step: Int[Array, ""]
    """Steps taken."""
    params: Params
    opt_state: Any
    statistics: Statistics
    key: Key[Array, ""]
    """The run's key. It never changes: step t uses `fold_in(key, t)`, so a resumed run draws what it would have."""


@partial(jax.jit, static_argnums=(0, 1))
def initial_state(
    structure: Structure, gradient_clip: float | None, seed: int | Int[Array, ""]
) -> TrainState:
    """The state before the first step; a function of the seed."""
    params_key, run_key = jax.random.split(jax.random.key(seed))
    params = structure.initial_params(params_key)
    return TrainState(
        step=jnp.zeros((), jnp.int32),
        params=params,
        opt_state=make_optimizer(gradient_clip).init(params),
        statistics=structure.initial_statistics(),
        key=run_key,
    )
