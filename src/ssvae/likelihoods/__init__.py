"""Likelihoods: how probable an image is, given what the decoder says of it. Always in nats per image.

In: decoder outputs and images. Out: log probabilities, mean images. Recipes (recipes.py) import no JAX.
"""
