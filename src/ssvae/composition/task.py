"""The wrapper around each job: how it ended is kept, and Hydra goes on.

So a sweep continues, and the hook at the job's end runs, whatever happens.
In: Hydra's call. Out: outcomes. Not here: what happens in a run (session.py), exit codes (outcome.py).
"""

from functools import partial
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode

from ssvae.composition.callbacks import assignment_of, folder_is_free
from ssvae.composition.outcome import Outcome, keep
from ssvae.composition.sweeps.objective import objective
from ssvae.composition.sweeps.points import knows_its_jobs
from ssvae.session import conduct

__all__ = ["run_task"]


def run_task(config: Any) -> float | None:
    """One job.

    Args:
        config: Its configuration without Hydra's own part. What is recorded of it is what runs.

    Returns:
        For a sweeper that looks at results, the number it is after.

    Raises:
        KeyboardInterrupt: after the run is closed, so that no further job starts.
    """
    run_dir = Path(HydraConfig.get().runtime.output_dir)
    try:
        conduct(run_dir, partial(assignment_of, run_dir, config), partial(folder_is_free, run_dir, config))
    except KeyboardInterrupt as error:
        keep(Outcome(run_dir, error))
        raise
    except BaseException as error:
        keep(Outcome(run_dir, error))
    else:
        keep(Outcome(run_dir))
    hydra = HydraConfig.get()
    if hydra.mode != RunMode.MULTIRUN or knows_its_jobs(hydra.runtime.choices):
        return None
    return objective(run_dir, Path(hydra.sweep.dir), str(hydra.sweeper.get("direction")))
