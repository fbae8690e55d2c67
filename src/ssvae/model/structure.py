"""A model without its numbers: everything about it that a compiled program depends on.

In: a model recipe and the form of the data. Out: `Structure`, equal for runs that can share a program.
"""

import dataclasses
from functools import cache, partial

import jax
from flax import nnx

from ssvae.arrays import Array, Key, Params
from ssvae.classifiers.base import Statistics
from ssvae.model.inference import NoiseShape
from ssvae.model.objective import Plan
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.ssvae import SSVAE
from ssvae.networks.binding import ModuleStructure, bind, plain_params, taken_apart

__all__ = ["Structure"]


@dataclasses.dataclass(frozen=True)
class Structure:
    """What decides the shapes and the steps of a model's program; hashable, so that programs are cached by it.

    Make it with `Structure.of`, which forgets the settings that reach the program as arguments.
    """

    config: SSVAEConfig
    image_shape: tuple[int, int, int]
    num_classes: int

    @classmethod
    def of(cls, config: SSVAEConfig, image_shape: tuple[int, int, int], num_classes: int) -> "Structure":
        """The structure that all models share whose recipes differ only in traced settings."""
        return cls(config.untraced(), image_shape, num_classes)

    @property
    def noise_shape(self) -> NoiseShape:
        """How much noise the draws of one image need."""
        config = self.config
        return NoiseShape(
            samples=config.routing.kl_samples,
            latent=config.model.latent_dim,
            auxiliary=config.auxiliary.size,
            components=config.prior.components if config.routing.draws_component else 0,
        )

    def plan(self) -> Plan:
        """What the objective of this model computes beyond the model itself."""
        augmentation = self.config.augmentation
        return Plan(
            noise=self.noise_shape,
            augmentation=augmentation.build(self.image_shape) if augmentation.changes_images else None,
            has_labeled_bound=self.config.classifier.reads_components
            and self.config.model.labeled_weight > 0,
            rewards_diversity=self.config.model.diversity == "reward",
        )

    def bind(self, params: Params) -> SSVAE:
        """The model with these parameters."""
        return bind(_module_structure(self), params)

    def initial_params(self, key: Key[Array, ""]) -> Params:
        """Freshly drawn parameters, computed by one compiled program."""
        return plain_params(_initial_params(self, key))

    def param_shapes(self) -> Params:
        """The shapes of the parameters, without computing them."""
        return plain_params(_module_structure(self))

    def initial_statistics(self) -> Statistics:
        """What the classifier counts, before the first step."""
        return self.bind(self.param_shapes()).classifier.initial_statistics()


def _make(structure: Structure, key: Key[Array, ""]) -> SSVAE:
    rngs = nnx.Rngs(params=key)
    return structure.config.build(structure.image_shape, structure.num_classes, rngs=rngs)


@partial(jax.jit, static_argnums=0)
def _initial_params(structure: Structure, key: Key[Array, ""]) -> ModuleStructure:
    """The structure, with freshly drawn numbers in place of the shapes."""
    return taken_apart(_make(structure, key))


@cache
def _module_structure(structure: Structure) -> ModuleStructure:
    # JAX remembers what it saw of `_initial_params`: whoever draws the numbers afterwards saves a pass over the model.
    return _initial_params.eval_shape(structure, jax.eval_shape(lambda: jax.random.key(0)))
