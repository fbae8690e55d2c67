"""Everything that differs between Hydra 1.3 and 1.4, so that the other rooms need not know which one is here.

In: what every version can do. Out: the call that does it. Not here: anything both versions do alike.
"""

from collections.abc import Callable
from typing import Any

import hydra
from hydra import initialize_config_dir, initialize_config_module
from hydra.core.plugins import Plugins
from hydra.core.utils import configure_log
from omegaconf import DictConfig, OmegaConf

from hydra_plugins.ssvae_sweeps.launcher import BatchedLauncher
from hydra_plugins.ssvae_sweeps.sweeper import GridSweeper

__all__ = ["initialized", "main_function", "register_plugins", "register_resolver", "set_up_logging"]

_JOB_NAME = "ssvae"

_PACKAGE_PREFIX = "pkg://"

_WHITELIST = ["ssvae.composition.callbacks.RecordCallback", "logging.*"]
"""What configurations may name for Hydra to call."""

_HAS_VERSION_BASE = hydra.__version__.startswith("1.3.")
"""1.3 wants `version_base`; 1.4 deprecates it and wants to be told which classes configurations may name."""


def main_function(task: Callable[[Any], Any], config_path: str, config_name: str) -> Callable[[], None]:
    """The program `@hydra.main` makes of `task`; it reads `sys.argv`."""
    versioned: dict[str, Any] = (
        {"version_base": "1.3"} if _HAS_VERSION_BASE else {"execution_whitelist": _WHITELIST}
    )
    return hydra.main(config_path=config_path, config_name=config_name, **versioned)(task)


def initialized(config_path: str) -> Any:
    """A context in which Hydra composes from `config_path`, an absolute folder or `pkg://` a package."""
    versioned: dict[str, Any] = {"version_base": "1.3"} if _HAS_VERSION_BASE else {}
    if config_path.startswith(_PACKAGE_PREFIX):
        package = config_path.removeprefix(_PACKAGE_PREFIX)
        return initialize_config_module(package, job_name=_JOB_NAME, **versioned)
    return initialize_config_dir(config_path, job_name=_JOB_NAME, **versioned)


def register_resolver(name: str, function: Callable[..., Any]) -> None:
    """Make `${name:arguments}` call `function`; calling this again replaces it."""
    # OmegaConf 2.3 has a `register_resolver` too, with another meaning: the version decides, not the attribute.
    if _HAS_VERSION_BASE:
        OmegaConf.register_new_resolver(name, function, replace=True)
    else:
        register: Any = OmegaConf.register_resolver  # typed as the version installed has it
        register(name, function, replace=True)


def register_plugins() -> None:
    """Make our launcher and sweeper known, also where Hydra 1.3 does not find them: in an editable installation."""
    for plugin in (BatchedLauncher, GridSweeper):
        Plugins.instance().register(plugin)


def set_up_logging(config: DictConfig) -> None:
    """What Hydra itself logs, as `hydra.hydra_logging` says."""
    allowed: dict[str, Any] = {} if _HAS_VERSION_BASE else {"execution_whitelist": _WHITELIST}
    configure_log(config.hydra.hydra_logging, config.hydra.verbose, **allowed)
