"""Evaluation: predictions on every split, the metrics and plots made from them, and their collection.

In: a trained model and data. Out: `ComponentResult`s. Computes; writes nothing.
"""
