"""ssvae as a library: train a model and ask it things from Python, without Hydra and without a folder of results.

In: recipes and arrays. Out: trained models that answer in NumPy arrays. ssvae itself exports what is for users.
"""
