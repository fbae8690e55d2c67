"""The parts of a report, one file each, in words that are neither Markdown nor HTML.

In: parts of a `Record`. Out: sections and blocks of a `Page`.
"""
