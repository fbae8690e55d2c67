"""`--config FILE`: a YAML file of settings over the defaults; the config.yaml of an old run will do.

In: a path. Out: choices and settings, as if they had been typed before everything else.
Not here: whether they exist (guard.py).
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from omegaconf import OmegaConf

from ssvae.composition.overrides import written
from ssvae.config import flatten
from ssvae.errors import ConfigError
from ssvae.experiment import RecordConfig
from ssvae.runs.yaml_text import check_yaml

__all__ = ["read_settings", "words_of"]

_RECORD_FIELDS = tuple(field.name for field in dataclasses.fields(RecordConfig))


def read_settings(path: Path) -> dict[str, Any]:
    """The content of the file.

    Of a recorded run, name, description, tags and on_dirty_git are kept; the rest of its header is about that run
    alone.

    Raises:
        ConfigError: when it cannot be read or holds no settings.
    """
    try:
        # First of all, for it may be the config.yaml of a stranger's run: no tags, no endless aliases.
        check_yaml(path.read_text(encoding="utf-8"))
        # OmegaConf's reader, the one that reads conf/: to it 1e-3 is a number, to plain YAML a text.
        content = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"--config {path} is not YAML: {' '.join(str(error).split())}.") from error
    except OSError as error:
        reason = error.strerror or "it holds no settings, such as `seed: 1`"
        raise ConfigError(
            f"--config {path} cannot be read: {reason}. Paths start at {Path.cwd()}."
        ) from error
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise ConfigError(f"--config {path} must hold settings, such as `seed: 1`.")
    header = content.get("experiment")
    if isinstance(header, dict) and "run_id" in header:
        kept = {key: header[key] for key in _RECORD_FIELDS if key in header and key != "status"}
        return {**content, "experiment": kept}  # type: ignore[dict-item]
    return content  # type: ignore[return-value]


def words_of(settings: Mapping[str, Any], options: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
    """The settings as words, choices first.

    Args:
        settings: Nested (`prior: {name: mixture}`), dotted (`prior.num_components: 5`), or a choice (`prior: mixture`).
        options: The options of a group; none when it is not a group.
    """
    values = dict(settings)
    for group in settings:
        option = _option(settings[group])
        if option is None or not options(group):
            continue
        is_choice = isinstance(settings[group], str)
        if is_choice or option in options(group):
            yield f"{group}={option}"
            values[group] = (
                {} if is_choice else {key: item for key, item in settings[group].items() if key != "name"}
            )
    for key, value in flatten({key: value for key, value in values.items() if value != {}}).items():
        yield written(key, value)


def _option(value: Any) -> str | None:
    """The option that a group's entry names, if it names one."""
    if isinstance(value, str):
        return value
    name = value.get("name") if isinstance(value, Mapping) else None
    return name if isinstance(name, str) else None
