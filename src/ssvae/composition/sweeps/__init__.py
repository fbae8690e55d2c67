"""Sweeps: which jobs a command stands for, which of them are left to do, and running them as one.

In: a command that is right. Out: a folder with every job's run, sweep.yaml and the answer. Not here: what a job does
(composition/task.py), what the jobs found (comparison/).
"""
