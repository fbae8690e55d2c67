"""Auxiliary variables: a second code a that loosens what q(z, c | x) can express.

In: features of the encoder, codes. Out: q(a|x), p(a|z,c), features that know a. Recipes (recipes.py) import no JAX.
"""
