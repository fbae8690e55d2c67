"""What a job finds set up around it that belongs to the whole process, taken down and put up again.

In: the process as it is. Out: it again, later. Not here: who takes turns (lanes.py, overlapping.py); what belongs to a
context (`contextvars`), which every job has of its own anyway.
"""

import dataclasses
import logging
import os
import warnings
from collections.abc import Mapping
from typing import Any

from hydra.core.hydra_config import HydraConfig

__all__ = ["Surroundings"]


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """All of the process that Hydra and a run change for as long as a job lasts."""

    hydra: Any
    """What `HydraConfig.get()` is about."""
    folder: str
    """The working directory, which `hydra.job.chdir` changes."""
    environment: Mapping[str, str]
    """`hydra.job.env_set` changes it."""
    handlers: tuple[logging.Handler, ...]
    """Of the root logger, as `hydra.job_logging` says. One that Hydra closed in between opens its file again."""
    level: int
    """Of the root logger."""
    shows_warning: Any
    """A run sends Python warnings to its log."""

    @classmethod
    def present(cls) -> "Surroundings":
        """As they are now."""
        root = logging.getLogger()
        return cls(
            HydraConfig.instance().cfg,
            os.getcwd(),
            dict(os.environ),
            tuple(root.handlers),
            root.level,
            warnings.showwarning,
        )

    def put_up(self) -> None:
        """Make them those of the process again."""
        HydraConfig.instance().cfg = self.hydra
        if os.getcwd() != self.folder:
            os.chdir(self.folder)
        self._put_up_environment()
        root = logging.getLogger()
        root.handlers[:] = self.handlers
        root.setLevel(self.level)
        warnings.showwarning = self.shows_warning

    def _put_up_environment(self) -> None:
        """Only what differs: other threads may read it meanwhile."""
        for name in os.environ.keys() - self.environment.keys():
            del os.environ[name]
        for name, value in self.environment.items():
            if os.environ.get(name) != value:
                os.environ[name] = value
