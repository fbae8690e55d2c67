"""How a report looks: as Markdown, and as one HTML file that needs nothing else.

In: a `Page`. Out: text.
"""
