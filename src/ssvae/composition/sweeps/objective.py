"""The one number of a run that a sweeper such as Optuna's looks at to make up its next job.

In: a finished run's folder, the metric asked for. Out: a number. Not here: whether more of it is better, which the
sweeper is told (`hydra.sweeper.direction`).
"""

import math
from pathlib import Path

from ssvae.errors import RunDirectoryError
from ssvae.runs.summary import read_summary

__all__ = ["objective"]


def objective(run_dir: Path, metric: str | None) -> float:
    """The number; NaN when the run has none of that name.

    Args:
        run_dir: The run's folder.
        metric: Its key in `metrics` of summary.json; None for what orders the configurations of a sweep.
    """
    from ssvae.comparison.measures import default_metric  # here, for single runs need none

    try:
        metrics = read_summary(run_dir)["metrics"]
    except RunDirectoryError:
        return math.nan
    found = metrics.get(metric or default_metric(metrics))
    return float(found) if isinstance(found, int | float) else math.nan
