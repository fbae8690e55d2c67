"""Priors over the component c and the latent code z.

In: latent codes and posteriors. Out: log densities, divergences, samples. Recipes (recipes.py) import no JAX.
"""
