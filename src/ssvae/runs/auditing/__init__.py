"""What a run's folder holds that somebody might not want to give away.

In: a run's folder, whoever made it. Out: an `Audit`.
"""
