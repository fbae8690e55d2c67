"""Classifiers: how a label is predicted from what the encoder says of an image.

In: posteriors and responsibilities. Out: class probabilities. Recipes (recipes.py) import no JAX.
"""
