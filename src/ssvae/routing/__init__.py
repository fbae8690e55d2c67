"""Routing: which component an image belongs to, and which components it is decoded with.

In: what each component costs. Out: q(c|x), and a selection of components with weights. Recipes (recipes.py) import no
JAX.
"""
