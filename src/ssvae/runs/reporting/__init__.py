"""What the files of a run say, for people: the report, one screen about a run, why a component is missing.

In: a run's folder, whoever made it. Out: Markdown, HTML, plain facts. Made from files alone, so it
can be made again at any time.
"""
