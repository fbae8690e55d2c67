"""Data sets: where images come from, how they are split, and which of their labels a run may see.

In: a data recipe. Out: `Dataset` (dataset.py). Nothing here imports JAX.
"""
