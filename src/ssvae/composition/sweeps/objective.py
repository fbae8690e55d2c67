"""The one number of a run that a sweeper such as Optuna's looks at to make up its next job.

In: the folder of a run that has ended, and of its sweep. Out: a number. Not here: whether more of it is better, which
the sweeper is told (`hydra.sweeper.direction`).
"""

import math
from pathlib import Path

from ssvae.errors import RunDirectoryError
from ssvae.runs.summary import read_summary
from ssvae.runs.sweeps.record import read_sweep

__all__ = ["objective"]


def objective(run_dir: Path, sweep_dir: Path, direction: str) -> float:
    """The number; the worst there is when the run failed or measured none of that name: NaN would end Optuna's study.

    Args:
        run_dir: The run's folder.
        sweep_dir: That of its sweep, whose record names the metric; where it names none, it is what orders the
            configurations. A job may run in a process that knows nothing else of the command.
        direction: Of the search; whatever has not `maximize` in it means that less is better.
    """
    from ssvae.comparison.measures import default_metric  # here, for single runs need none

    worst = -math.inf if "maximize" in direction else math.inf
    try:
        summary, metric = read_summary(run_dir), read_sweep(sweep_dir).header.get("metric")
    except RunDirectoryError:
        return worst
    metrics = summary["metrics"]
    found = metrics.get(metric or default_metric(metrics))
    is_number = summary["run"].get("status") == "completed" and isinstance(found, int | float)
    return float(found) if is_number and math.isfinite(found) else worst
