"""A sweep on disk: sweep.yaml with its jobs, and what the folder of each job says of it.

In: what a sweep is to do; folders. Out: sweep.yaml, jobs with their states. Not here: what they found (comparison/).
"""
