"""The life of a run: who runs it, that nobody else does, what became of it, how it goes on.

In: a run's folder. Out: state.json, the lock, the signs of life, the last words.
"""
