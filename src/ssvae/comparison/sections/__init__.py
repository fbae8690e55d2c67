"""The sections of a sweep's page.

In: an `Answer`. Out: sections. Not here: their order (composing.py), how they look (runs/reporting/rendering/).
"""
