"""The pipeline: from a checked question to its answer on disk.

In: an `Experiment`, a folder, perhaps a run to go on from. Out: everything the folder holds but its header and its
report. Not here: Hydra; what happens when a run fails (session.py).
"""
