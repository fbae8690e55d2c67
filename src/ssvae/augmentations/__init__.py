"""Augmentations: random changes of an image that leave its class alone.

In: images and a key. Out: changed copies of the same shape. Recipes (recipes.py) import no JAX.
"""
