"""ssvae: compose, train and record semi-supervised VAE experiments on JAX.

Importing this package imports no JAX: the rooms that need it are imported when a run starts.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
