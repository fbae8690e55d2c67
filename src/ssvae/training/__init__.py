"""Training: schedules, the optimizer, one compiled epoch, and the loop that stops in time.

In: a model recipe and data. Out: the trained state and one row of numbers per epoch. Writes no files.
"""
