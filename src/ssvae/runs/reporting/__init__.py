"""What the files of a run say, for people: the report, one screen about a run, everything that was captured.

In: a run's folder, whoever made it. Out: Markdown, tables. Made from files alone, so it can be made again at any time.
"""
