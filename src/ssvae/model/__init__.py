"""The model: encoder, prior, decoder, likelihood and classifier as one semi-supervised VAE, and its objective.

In: parts from the rooms below. Out: loss terms, predictions. Recipes and terms (recipes.py, terms.py) import no JAX.
"""
