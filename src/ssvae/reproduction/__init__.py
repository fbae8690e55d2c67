"""Reproduction: a finished run is run again, and everything it had recorded is compared with what comes out now.

In: a run's folder. Out: a `Verdict` under five headings and a result. Reads, and starts one process; writes nothing.
"""
