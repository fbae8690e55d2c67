"""The model in words, for the top of the log.

In: a recipe, the form of the data, parameters. Out: lines of text. Not here: logging them.
"""

import math

import jax

from ssvae.arrays import Params
from ssvae.config import Recipe, mapping_from_recipe
from ssvae.model.recipes import SSVAEConfig
from ssvae.priors.recipes import AbstractPriorConfig

__all__ = ["count_parameters", "describe_model"]

PARTS = (
    "encoder",
    "auxiliary",
    "prior",
    "routing",
    "decoder",
    "likelihood",
    "classifier",
    "augmentation",
    "annealing",
)
"""In the order of an image's way through the model."""

WIDTH = max(map(len, PARTS)) + 2

HEADS = ("code_head", "component_head")
"""Parts that no recipe stands for: what is read off the encoder's features."""


def count_parameters(params: Params) -> int:
    """How many numbers are learned."""
    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(params))


def describe_model(
    config: SSVAEConfig, image_shape: tuple[int, int, int], num_classes: int, params: Params
) -> list[str]:
    """One line per part with its settings and parameter count, and the sum."""
    height, width, channels = image_shape
    lines = [
        f"Model {config.model.name}: images {height}×{width}×{channels}, "
        f"latent_dim {config.model.latent_dim}, {num_classes} classes"
    ]
    for part in PARTS:
        recipe = getattr(config, part)
        names = (part, *HEADS) if part == "encoder" else (part,)
        count = sum(count_parameters(params.get(name, {})) for name in names)
        lines.append(f"  {part + ':':<{WIDTH}}{_settings(recipe)} — {count:,} parameters")
    lines.append(f"  {'total:':<{WIDTH}}{count_parameters(params):,} parameters")
    return lines


def _settings(recipe: Recipe) -> str:
    """`mixture, K = 20, learnable π, …`: the variant and what it was set to."""
    settings = mapping_from_recipe(recipe)
    words = [str(settings.pop("name"))]
    if isinstance(recipe, AbstractPriorConfig):
        words += [f"K = {recipe.components}", "learnable π" if recipe.has_learned_weights else "fixed π"]
        settings = {key: settings[key] for key in settings if key not in ("num_components", "learn_weights")}
    return ", ".join([*words, *(f"{key} {value}" for key, value in settings.items())])
