"""Recipes: frozen dataclasses that say what can be asked, with types, bounds and one-line docs.

A recipe stands beside the code it builds and imports no JAX, so that a mistake is told in a moment.
In: plain mappings (from YAML, from the command line). Out: recipes, or every problem found in one `ConfigError`.
Not here: Hydra, files, rules that combine several recipes (experiment.py has those).
"""

from ssvae.config.docs import field_docs
from ssvae.config.reading import read_recipe
from ssvae.config.recipe import Recipe, choice, flatten, mapping_from_recipe, setting, untraced

__all__ = [
    "Recipe",
    "choice",
    "field_docs",
    "flatten",
    "mapping_from_recipe",
    "read_recipe",
    "setting",
    "untraced",
]
