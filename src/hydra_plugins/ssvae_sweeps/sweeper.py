"""`hydra/sweeper=grid`: the jobs that were planned when the command was checked, and no others."""

from dataclasses import dataclass
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.plugins.sweeper import Sweeper

__all__ = ["GridSweeper", "GridSweeperConf"]


@dataclass
class GridSweeperConf:
    """The settings of `hydra.sweeper`."""

    _target_: str = "hydra_plugins.ssvae_sweeps.sweeper.GridSweeper"
    max_batch_size: int | None = None
    params: dict[str, str] | None = None


ConfigStore.instance().store(group="hydra/sweeper", name="grid", node=GridSweeperConf, provider="ssvae")


class GridSweeper(Sweeper):
    """Hands over to `ssvae.composition.sweeps.handing_out`.

    Args:
        max_batch_size: How many jobs a launcher is given at a time; None for all.
        params: Setting → values as typed, a sweep that a file asks for.
    """

    def __init__(self, max_batch_size: int | None = None, params: Any = None) -> None:
        self._max_batch_size = max_batch_size
        self._given: tuple[Any, Any, Any] = (None, None, None)

    def setup(self, *, hydra_context: Any, task_function: Any, config: Any) -> None:
        """Keep what Hydra gives."""
        self._given = (hydra_context, task_function, config)

    def sweep(self, arguments: list[str]) -> Any:
        """Launch the jobs.

        Args:
            arguments: The words of the command; they were read when it was checked.
        """
        from ssvae.composition.sweeps.handing_out import hand_out

        return hand_out(*self._given, self._max_batch_size)
