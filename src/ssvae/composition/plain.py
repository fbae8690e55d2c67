"""OmegaConf's nodes as plain mappings, in the one way each of us wants them.

In: a composed configuration. Out: plain mappings, dotted keys. Not here: composing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ssvae.errors import ConfigError

__all__ = ["first_line", "leaf_keys", "our_part", "plain_mapping", "question", "resolve"]


def plain_mapping(config: DictConfig) -> dict[str, Any]:
    """The same as a nested dict, interpolations not followed, what is missing as `???`."""
    mapping = OmegaConf.to_container(config, resolve=False, throw_on_missing=False)
    assert isinstance(mapping, dict)
    return {str(key): value for key, value in mapping.items()}


def our_part(config: DictConfig) -> DictConfig:
    """A copy without Hydra's own part, as a job sees it."""
    copy = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
    OmegaConf.set_struct(copy, None)
    return copy


def resolve(config: DictConfig) -> dict[str, Any]:
    """The configuration as a nested dict, every `${…}` followed.

    Raises:
        ConfigError: naming each setting whose `${…}` leads nowhere.
    """
    try:
        mapping: Any = OmegaConf.to_container(config, resolve=True, throw_on_missing=False)
    except OmegaConfBaseException as error:
        problems = [problem for key in leaf_keys(config) if (problem := _dangling(config, key))]
        raise ConfigError(problems or [f"{first_line(error)}."]) from error
    return {str(key): value for key, value in mapping.items()}


def question(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The part that an experiment is read from; how a sweep is run is no part of what its jobs are asked."""
    return {key: value for key, value in configuration.items() if key != "sweep"}


def leaf_keys(config: Any, prefix: str = "") -> Iterator[str]:
    """Every dotted key that holds a value and not settings; an interpolation is a value."""
    for key in config:
        node = config._get_node(key)
        if OmegaConf.is_dict(node) and not node._is_none() and not node._is_interpolation() and len(node):
            yield from leaf_keys(node, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def first_line(error: BaseException) -> str:
    """What an error says, without the lines of advice below it."""
    return str(error).strip().split("\n")[0].strip().rstrip(".")


def _dangling(config: DictConfig, key: str) -> str | None:
    try:
        OmegaConf.select(config, key, throw_on_resolution_failure=True)
    except OmegaConfBaseException as error:
        return f"{key} refers to something that is not there: {first_line(error)}."
    return None
