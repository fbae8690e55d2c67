"""Probability: pure functions on arrays, each with its source and its oracle in the tests.

In: arrays. Out: arrays. Knows nothing of models, networks or training.
"""
