"""Many runs of one structure, trained as one program: their parameters lie side by side, and each step is one for all.

Worth it where a step of one run leaves the device idle, as small networks do on a GPU; a CPU gains nothing by it.
"""

from ssvae.training.ensemble.memory import lanes_for
from ssvae.training.ensemble.request import Request, static_key
from ssvae.training.ensemble.together import fit_together, portions

__all__ = ["Request", "fit_together", "lanes_for", "portions", "static_key"]
