"""Data sets: where images come from, how they are split, and which of their labels a run may see.

In: a data recipe. Out: `Dataset` (load.py). Recipes (recipes.py) import no JAX; nothing here does.
"""
