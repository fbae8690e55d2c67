"""The wrapper around each job: how it ended is kept, and Hydra goes on.

So a sweep continues, and the hook at the job's end runs, whatever happens.
In: Hydra's call. Out: outcomes. Not here: what happens in a run (session.py), exit codes (outcome.py).
"""

from functools import partial
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig

from ssvae.composition.callbacks import assignment_of, folder_is_free
from ssvae.composition.outcome import Outcome, keep
from ssvae.session import conduct

__all__ = ["run_task"]


def run_task(config: Any) -> None:
    """One job. The configuration Hydra passes is not used: what was recorded is what runs.

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
