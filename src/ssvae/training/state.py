"""What training changes, and nothing else.

In: a structure and a seed. Out: `TrainState`, and its form as plain arrays for a checkpoint.
Not here: changing it (epoch.py), writing files (runs/checkpoints.py).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Array, Int, Key, Params
from ssvae.classifiers.base import Statistics
from ssvae.errors import CheckpointError
from ssvae.model.structure import Structure
from ssvae.training.optimizers import make_optimizer
from ssvae.training.packing import packed, packed_within, unpacked_within

__all__ = [
    "TrainState",
    "arrays_of_state",
    "initial_state",
    "run_key",
    "shape_differences",
    "state_from_arrays",
]


class TrainState(NamedTuple):
    """Everything the next step needs."""

    step: Int[Array, ""]
    """Steps taken."""
    params: Params
    opt_state: Any
    statistics: Statistics
    key: Key[Array, ""]
    """The run's key. It never changes: step t uses `fold_in(key, t)`, so a resumed run draws what it would have."""


# It runs once and in a millisecond; to optimize it as hard as what runs for minutes takes longer than a short training.
@partial(jax.jit, static_argnums=(0, 1), compiler_options={"xla_backend_optimization_level": 1})
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
        opt_state=make_optimizer(gradient_clip).init(packed(params)),
        statistics=structure.initial_statistics(),
        key=run_key,
    )


def run_key(seed: int) -> Key[Array, ""]:
    """The key of a run with this seed, as `initial_state` has it."""
    return jax.random.split(jax.random.key(seed))[1]


def arrays_of_state(state: TrainState) -> dict[str, Any]:
    """The state as a nested dict of numpy arrays, on the host; of the optimizer's, one for each parameter."""
    on_host = jax.device_get(state._replace(key=jax.random.key_data(state.key)))
    moments = jax.tree.leaves(unpacked_within(on_host.opt_state, like=on_host.params))
    tree = {
        "step": on_host.step,
        "params": on_host.params,
        "opt_state": {str(number): leaf for number, leaf in enumerate(moments)},
        "statistics": on_host.statistics,
        "key": on_host.key,
    }
    return jax.tree.map(np.asarray, tree)


def state_from_arrays(
    structure: Structure, gradient_clip: float | None, arrays: Mapping[str, Any]
) -> TrainState:
    """The state that `arrays_of_state` gave these arrays, to the bit.

    Args:
        structure: The model's structure.
        gradient_clip: As in the run that made the state: it shapes the optimizer's part.
        arrays: From `arrays_of_state`.

    Raises:
        CheckpointError: when arrays are missing, too many or of other shapes than this model has.
    """
    expected = _shapes_of_state(structure, gradient_clip)
    if problems := shape_differences(arrays, expected):
        raise CheckpointError(f"checkpoint 'last' is not of this model: {'; '.join(problems)}.")
    params = jax.tree.map(jnp.asarray, arrays["params"])
    moments = [jnp.asarray(arrays["opt_state"][number]) for number in expected["opt_state"]]
    unpacked_form = jax.tree.structure(jax.eval_shape(make_optimizer(gradient_clip).init, params))
    form = jax.eval_shape(lambda: make_optimizer(gradient_clip).init(packed(params)))
    return TrainState(
        step=jnp.asarray(arrays["step"]),
        params=params,
        opt_state=packed_within(jax.tree.unflatten(unpacked_form, moments), like=form),
        statistics=jax.tree.map(jnp.asarray, arrays["statistics"]),
        key=jax.random.wrap_key_data(jnp.asarray(arrays["key"])),
    )


def shape_differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Half a sentence for each array that is missing, unknown or of another shape; after a few, how many more."""
    ours, theirs = _shapes(expected), _shapes(found)
    problems = [
        *(f"{name} is missing" for name in ours if name not in theirs),
        *(f"{name} is not of this model" for name in theirs if name not in ours),
        *(
            f"{name} has shape {theirs[name]}, the model has {shape}"
            for name, shape in ours.items()
            if theirs.get(name, shape) != shape
        ),
    ]
    more = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
    return [*problems[:_SHOWN], *more]


_SHOWN = 3
"""Arrays named in a message; where one does not fit, often all of them do not."""


def _shapes_of_state(structure: Structure, gradient_clip: float | None) -> dict[str, Any]:
    """What `arrays_of_state` gives, as shapes."""
    params = structure.param_shapes()
    moments = jax.tree.leaves(jax.eval_shape(make_optimizer(gradient_clip).init, params))
    return {
        "step": jax.ShapeDtypeStruct((), jnp.int32),
        "params": params,
        "opt_state": {str(number): leaf for number, leaf in enumerate(moments)},
        "statistics": structure.initial_statistics(),
        "key": jax.eval_shape(lambda: jax.random.key_data(jax.random.key(0))),
    }


def _shapes(tree: Any) -> dict[str, tuple[int, ...]]:
    """`params/encoder/layers/0/kernel` → shape."""
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path, simple=True, separator="/"): leaf.shape for path, leaf in leaves}
