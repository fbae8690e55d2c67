"""Composing a configuration from YAML without running anything, and knowing what there is to choose from.

In: where YAML is, words. Out: the composed configuration. Not here: whether it makes sense (guard.py).
"""

import dataclasses
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException, MissingConfigException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from ssvae.composition.plain import first_line, leaf_keys, our_part, plain_mapping
from ssvae.composition.resolvers import register_resolvers
from ssvae.composition.search_path import searching
from ssvae.composition.versions import initialized, register_plugins
from ssvae.config import flatten
from ssvae.errors import ConfigError, did_you_mean

__all__ = ["Composed", "Composer", "composer"]


@dataclasses.dataclass(frozen=True)
class Composed:
    """One composed configuration, interpolations not yet followed."""

    whole: DictConfig
    """With Hydra's own part."""

    @cached_property
    def task(self) -> DictConfig:
        """The part that is ours; change copies of it only."""
        return our_part(self.whole)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every dotted key of `task`."""
        return tuple(leaf_keys(self.task))

    @cached_property
    def choices(self) -> dict[str, Any]:
        """Group → option chosen, `hydra/…` included."""
        return plain_mapping(self.whole.hydra.runtime.choices)

    @cached_property
    def hydra(self) -> dict[str, Any]:
        """Every dotted setting of Hydra's own part, interpolations not followed."""
        return flatten(plain_mapping(self.whole.hydra))


class Composer:
    """What can be composed from one search path. Made by `composer`."""

    def __init__(self, loader: ConfigLoader, config_name: str):
        self.loader = loader
        self.config_name = config_name
        self._composed: dict[tuple[str, ...], Composed] = {}
        self._options: dict[str, tuple[str, ...]] = {}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups at the top; those of Hydra are not among them."""
        return tuple(
            group for group in self.loader.list_groups("") if group != "hydra" and self.options(group)
        )

    def options(self, group: str) -> tuple[str, ...]:
        """The options of a group; none when there is no such group."""
        if group not in self._options:
            self._options[group] = tuple(self.loader.get_group_options(group))
        return self._options[group]

    def groups_with(self, option: str) -> list[str]:
        """The groups that have an option of that name."""
        return [group for group in self.groups if option in self.options(group)]

    def compose(self, words: Iterable[str]) -> Composed:
        """Compose with these choices and overrides; the same words are composed once.

        Raises:
            ConfigError: when the YAML cannot be read or does not fit together.
        """
        key = tuple(words)
        if key not in self._composed:
            self._composed[key] = Composed(self._load(key))
        return self._composed[key]

    def _load(self, words: tuple[str, ...]) -> DictConfig:
        try:
            return self.loader.load_configuration(
                self.config_name, list(words), RunMode.RUN, from_shell=False, validate_sweep_overrides=False
            )
        except MissingConfigException as error:
            raise ConfigError(_missing(error)) from error
        except yaml.YAMLError as error:
            raise ConfigError(f"A YAML file cannot be read: {' '.join(str(error).split())}.") from error
        except (HydraException, OmegaConfBaseException, ValueError) as error:
            raise ConfigError(_sentence(error)) from error


def composer(config_path: str, user_folders: Sequence[Path], config_name: str) -> Composer:
    """A composer over `config_path` (an absolute folder, or `pkg://` a package) and the user's folders."""
    register_resolvers()
    register_plugins()
    with searching(user_folders), initialized(config_path):
        return Composer(GlobalHydra.instance().config_loader(), config_name)


def _missing(error: MissingConfigException) -> str:
    """A file that another file, or a word, asks for."""
    if (wanted := error.missing_cfg_file) is None:
        return f"{first_line(error)}."
    option = wanted.rpartition("/")[2]
    by = (
        first_line(error).partition(":")[0].removeprefix("In ")
        if str(error).startswith("In ")
        else "the command"
    )
    options = error.options or ()
    known = f" Known: {', '.join(options)}." if options else ""
    return f"{by} asks for {wanted}.yaml, which does not exist.{did_you_mean(option, options)}{known}"


def _sentence(error: Exception) -> str:
    """What Hydra or OmegaConf has to say, on one line, without its advice (which knows nothing of us)."""
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else None
    parts = [first_line(part) for part in (error, cause) if part is not None and str(part)]
    return ": ".join(dict.fromkeys(parts)) + "." if parts else f"{type(error).__name__}."
