"""Networks: images to posterior parameters, latent codes to pixel parameters.

In: sizes. Out: `nnx.Module`s that hold parameters only. Recipes (recipes.py) import no JAX.
"""
