"""The figures of a sweep: main effects, interactions, heat map, learning curves.

In: an `Answer`. Out: matplotlib figures, or the reason why there is nothing to draw. Not here: saving (writing.py).
"""
