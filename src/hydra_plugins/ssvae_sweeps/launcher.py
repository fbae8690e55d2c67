"""`hydra/launcher=batched`: the jobs of a sweep in one process, with one compilation for all that can share it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.plugins.launcher import Launcher

__all__ = ["BatchedLauncher", "BatchedLauncherConf"]


@dataclass
class BatchedLauncherConf:
    """The settings of `hydra.launcher`."""

    _target_: str = "hydra_plugins.ssvae_sweeps.launcher.BatchedLauncher"
    mode: str = "auto"
    max_lanes: int | None = None


ConfigStore.instance().store(
    group="hydra/launcher", name="batched", node=BatchedLauncherConf, provider="ssvae"
)


class BatchedLauncher(Launcher):
    """Hands over to `ssvae.composition.launching`.

    Args:
        mode: `sequential`: each run trains by itself, one after another, as it would alone. `vmap`: runs that can share
            a program train as one. `auto`: `vmap` where JAX has an accelerator, else `sequential`, which on a CPU is as
            fast.
        max_lanes: The most runs in one program; None for as many as the memory holds.
    """

    def __init__(self, mode: str = "auto", max_lanes: int | None = None) -> None:
        self._mode, self._max_lanes = mode, max_lanes
        self._launch: Any = None

    def setup(self, *, hydra_context: Any, task_function: Any, config: Any) -> None:
        """Keep what Hydra gives."""
        from ssvae.composition.launching import Launch

        self._launch = Launch(hydra_context, task_function, config, self._mode, self._max_lanes)

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[Any]:
        """Run the jobs.

        Args:
            job_overrides: The words of each.
            initial_job_idx: The number of the first.
        """
        return self._launch.run(job_overrides, initial_job_idx)
