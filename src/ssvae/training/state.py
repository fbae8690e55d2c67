"""What training changes, and nothing else.

In: a structure and a seed. Out: `TrainState`, and its form as plain arrays for a checkpoint.
Not here: changing it (epoch.py), writing files (runs/checkpoints.py).
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Array, Int, Key, Params
from ssvae.classifiers.base import Statistics
from ssvae.model.structure import Structure
from ssvae.training.optimizers import make_optimizer

__all__ = ["TrainState", "arrays_of_state", "initial_state", "state_from_arrays"]


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
    structure: Structure,
    gradient_clip: float | None,
    seed: int | Int[Array, ""],
    prior_start: Params,
) -> TrainState:
    """The state before the first step; a function of the seed, and of the data where a prior starts from them.

    Args:
        structure: The model's structure.
        gradient_clip: Shapes the optimizer's part.
        seed: The run's seed.
        prior_start: Parameters of the prior that do not start at random, by name.
    """
    params_key, run_key = jax.random.split(jax.random.key(seed))
    params = structure.initial_params(params_key)
    if prior_start:
        params = params | {"prior": params["prior"] | prior_start}
    return TrainState(
        step=jnp.zeros((), jnp.int32),
        params=params,
        opt_state=make_optimizer(gradient_clip).init(params),
        statistics=structure.initial_statistics(),
        key=run_key,
    )


def arrays_of_state(state: TrainState) -> dict[str, Any]:
    """The state as a nested dict of numpy arrays, on the host."""
    moments = {str(number): leaf for number, leaf in enumerate(jax.tree.leaves(state.opt_state))}
    tree = {
        "step": state.step,
        "params": state.params,
        "opt_state": moments,
        "statistics": state.statistics,
        "key": jax.random.key_data(state.key),
    }
    return jax.tree.map(np.asarray, jax.device_get(tree))


def state_from_arrays(gradient_clip: float | None, arrays: dict[str, Any]) -> TrainState:
    """The state that `arrays_of_state` gave these arrays, to the bit.

    Args:
        gradient_clip: As in the run that made the state: it shapes the optimizer's part.
        arrays: From `arrays_of_state`.
    """
    params = jax.tree.map(jnp.asarray, arrays["params"])
    empty = jax.eval_shape(make_optimizer(gradient_clip).init, params)
    moments = [jnp.asarray(arrays["opt_state"][str(number)]) for number in range(len(jax.tree.leaves(empty)))]
    return TrainState(
        step=jnp.asarray(arrays["step"]),
        params=params,
        opt_state=jax.tree.unflatten(jax.tree.structure(empty), moments),
        statistics=jax.tree.map(jnp.asarray, arrays["statistics"]),
        key=jax.random.wrap_key_data(jnp.asarray(arrays["key"])),
    )
