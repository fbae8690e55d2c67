"""Runs: everything a run leaves behind, written so that nothing is ever half there.

In: plain mappings, numbers, results. Out: files in the run's folder. Writes; computes nothing.
"""
