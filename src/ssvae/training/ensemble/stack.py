"""The programs of many runs at once, and their states side by side.

In: what each run brings. Out: states after an epoch, numbers of each run on the host. Not here: what follows from them
(together.py). The programs are those of one run, mapped over the runs: `train_epoch` and `validate`.
"""

import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Array, Float, Int
from ssvae.model.structure import Structure
from ssvae.training.course import Course
from ssvae.training.epoch import DeviceData, Hyperparameters, train_epoch
from ssvae.training.fetching import Fetching
from ssvae.training.session import Session, StepTerms, step_terms
from ssvae.training.state import TrainState
from ssvae.training.validate import Scores, ValidationData, validate

__all__ = ["Stack", "train_lanes", "validate_lanes", "with_images_of"]

Tree = TypeVar("Tree")

_DATA_AXES = DeviceData(images=None, labels=0, levels=None)  # pyright: ignore[reportArgumentType]
_VALIDATION_AXES = ValidationData(None, None, None, 0, None)  # pyright: ignore[reportArgumentType]
"""The images are on the device once for all runs; labels and noise are each run's own."""


@partial(jax.jit, static_argnums=(0, 1), donate_argnums=2)
def train_lanes(
    structure: Structure,
    gradient_clip: float | None,
    states: TrainState,
    data: DeviceData,
    rows: Int[Array, "lane step batch"],
    labeled_rows: Int[Array, "lane step labeled"],
    hyperparameters: Hyperparameters,
) -> tuple[TrainState, Float[Array, "lane step key"]]:
    """`train_epoch` of every lane. The memory of the given states is reused."""
    train = jax.vmap(partial(train_epoch, structure, gradient_clip), in_axes=(0, _DATA_AXES, 0, 0, 0))
    return train(states, data, rows, labeled_rows, hyperparameters)


@partial(jax.jit, static_argnums=0)
def validate_lanes(
    structure: Structure, states: TrainState, data: ValidationData, hyperparameters: Hyperparameters
) -> Scores:
    """`validate` of every lane."""
    look = jax.vmap(partial(validate, structure), in_axes=(0, 0, _VALIDATION_AXES, 0))
    return look(states.params, states.statistics, data, hyperparameters)


@jax.jit
def _lane(states: Tree, lane: Int[Array, ""] | int) -> Tree:
    """The state of one lane, in memory of its own."""
    return jax.tree.map(lambda leaf: leaf[lane], states)


def with_images_of(first: Session, session: Session) -> Session:
    """The session with the images of another: whoever has the same `static_key` has the same images."""
    validation = {name: getattr(first.validation, name) for name in ("images", "labels", "is_real", "levels")}
    return dataclasses.replace(
        session,
        data=session.data._replace(images=first.data.images, levels=first.data.levels),
        validation=session.validation._replace(**validation),
    )


class Stack:
    """The states of some courses on the device, one after another along the first axis."""

    def __init__(self, courses: Sequence[Course]):
        self.courses = list(courses)
        sessions = [course.session for course in courses]
        self._session = sessions[0]
        self._data = self._session.data._replace(labels=_stacked([each.data.labels for each in sessions]))
        self._validation = self._session.validation._replace(
            noise=_stacked([each.validation.noise for each in sessions])
        )
        states = [course.progress.state for course in courses]
        self._states = _stacked([state._replace(key=_data_of(state)) for state in states])
        self._states = self._states._replace(key=jax.random.wrap_key_data(self._states.key))

    def train(self) -> list[tuple[StepTerms, Scores]]:
        """One epoch of each course, the next one it has; gives the terms of its steps and its scores.

        For a course that is over it is an epoch more, which nobody looks at.
        """
        structure, clip = self._session.structure, self._session.training.gradient_clip
        of_epoch = [(each.session, each.epoch, each.caution) for each in self.courses]
        inputs = _joined([session.inputs(epoch, caution) for session, epoch, caution in of_epoch])
        self._states, steps = train_lanes(structure, clip, self._states, self._data, *inputs)
        warm = _joined([session.warm(epoch, caution) for session, epoch, caution in of_epoch])
        scores = validate_lanes(structure, self._states, self._validation, warm)
        tables, scores = Fetching((steps, scores)).wait()
        return [
            (step_terms(table), jax.tree.map(lambda leaf, lane=lane: leaf[lane], scores))
            for lane, table in enumerate(tables)
        ]

    def state(self, lane: int) -> TrainState:
        """The present state of a course, in memory of its own."""
        # Its key never changes, and JAX takes a key that is cut out of others for one that was used.
        key = self.courses[lane].progress.state.key
        return _lane(self._states._replace(key=None), lane)._replace(key=key)


def _data_of(state: TrainState) -> Array:
    """The state's key as numbers, which can be put beside others."""
    return jax.random.key_data(state.key)


def _stacked(trees: Sequence[Tree]) -> Tree:
    """Arrays on the device, a new first axis for the lanes."""
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *trees)


def _joined(trees: Sequence[Any]) -> Any:
    """The same on the host."""
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)
