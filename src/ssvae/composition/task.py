"""The wrapper around each job: how it ended is kept, and Hydra goes on.

So a sweep continues, and the hook at the job's end runs, whatever happens.
In: Hydra's call. Out: outcomes. Not here: what happens in a run (session.py), exit codes (outcome.py).
"""

import math
from functools import partial
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode

from ssvae.composition.callbacks import assignment_of, folder_is_free
from ssvae.composition.outcome import Outcome, keep
from ssvae.composition.sweeps.in_progress import present_sweep
from ssvae.composition.sweeps.objective import objective
from ssvae.session import conduct

__all__ = ["run_task"]


def run_task(config: Any) -> float | None:
    """One job. The configuration Hydra passes is used for nothing that is run: what was recorded is.

    Returns:
        For a sweeper that looks at results: the number of `sweep.metric`, NaN when the run failed or has none.

    Raises:
        KeyboardInterrupt: after the run is closed, so that no further job starts.
    """
    run_dir = Path(HydraConfig.get().runtime.output_dir)
    try:
        conduct(run_dir, partial(assignment_of, run_dir), partial(folder_is_free, run_dir))
    except KeyboardInterrupt as error:
        keep(Outcome(run_dir, error))
        raise
    except BaseException as error:
        keep(Outcome(run_dir, error))
    else:
        keep(Outcome(run_dir))
        return objective(run_dir, config.sweep.metric) if _is_looked_at() else None
    return math.nan if _is_looked_at() else None


def _is_looked_at() -> bool:
    """Whether a sweeper makes up its jobs from what others have found."""
    sweep = present_sweep()
    return HydraConfig.get().mode == RunMode.MULTIRUN and (sweep is None or not sweep.slots)
