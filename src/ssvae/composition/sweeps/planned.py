"""A job as it was planned: its words, what it will run, and the configuration Hydra would compose for it, frozen.

In: overrides that were judged. Out: `PlannedJob`. Not here: which folder it gets (matching.py), running it.
"""

import dataclasses
import pickle
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict

from ssvae.composition.composing import Composed
from ssvae.composition.overrides import parse_override
from ssvae.composition.typed import Typed
from ssvae.config import flatten
from ssvae.experiment import Experiment, mapping_from_experiment
from ssvae.runs.redaction import redacted

__all__ = ["PlannedJob", "frozen", "swept_settings"]


@dataclasses.dataclass(frozen=True)
class PlannedJob:
    """One job of a sweep, all of its mistakes found and none left."""

    words: tuple[str, ...]
    """Its overrides, those of Hydra itself left out."""
    settings: Mapping[str, Any]
    """What differs between the jobs: group or dotted key → option or value."""
    experiment: Experiment
    composed: Composed
    """What its choices of groups give."""
    values: tuple[Typed, ...]
    """The settings over it."""

    @cached_property
    def config_hash(self) -> str:
        """Of its settings, whatever the run is called."""
        # Here, for it brings NumPy, which a mistaken command never needs.
        from ssvae.runs.provenance import config_hash

        return config_hash(mapping_from_experiment(self.experiment))

    def setting(self, key: str) -> Any:
        """What it has for a setting that other jobs of its sweep differ in: an option, or a value, without secrets."""
        if key in self.settings:
            return self.settings[key]
        value = flatten(mapping_from_experiment(self.experiment)).get(key, self.composed.choices.get(key))
        return redacted(key, value)

    @property
    def identity(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Equal for two jobs that would do the same: by their settings, and by their names where these differ too."""
        return identity_of(self.config_hash, self.settings)


def identity_of(config_hash: str, settings: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What makes a job this one and no other; see `PlannedJob.identity`."""
    names = tuple((key, str(value)) for key, value in settings.items() if key.startswith("experiment."))
    return config_hash, names


def swept_settings(part: Sequence[Typed], keys: Sequence[str], experiment: Experiment) -> dict[str, Any]:
    """What a job has for each of the settings that differ between the jobs, in its final type, without secrets: folders
    are named by it, and tables show it.
    """
    choices = {one.key: str(one.value) for one in part if one.group}
    typed = {one.key: one.value for one in part}
    body = mapping_from_experiment(experiment)
    final = flatten(body)
    return {key: redacted(key, choices.get(key, final.get(key, typed.get(key)))) for key in keys}


def frozen(job: PlannedJob, hydra_words: Sequence[str]) -> DictConfig:
    """The whole configuration of the job, Hydra's part too, as Hydra composes it from these words.

    It is made from what was composed when the command was checked: a file of YAML edited since changes nothing.

    Args:
        job: The job.
        hydra_words: All overrides of Hydra itself; those that the composed configuration has not seen are applied.
    """
    # A copy; OmegaConf's own takes twice as long.
    config: DictConfig = pickle.loads(pickle.dumps(job.composed.whole))
    for one in job.values:
        OmegaConf.update(config, one.key, one.value, merge=True)
    overrides = config.hydra.overrides
    composed: Any = OmegaConf.to_container(overrides.hydra)  # `${…}` as it was typed
    for word in hydra_words:
        key, _, value = word.partition("=")
        if word not in composed and "/" not in key:  # what is chosen of Hydra's own groups is in it too
            OmegaConf.update(config, key, _unquoted(value))
    with open_dict(config):
        overrides.task = list(job.words)
        overrides.hydra = [*hydra_words]
        if not OmegaConf.is_interpolation(
            config.hydra.job, "override_dirname"
        ):  # Hydra 1.4 computes it by itself
            config.hydra.job.override_dirname = _dirname(job, config.hydra.job.config.override_dirname)
    return config


def _dirname(job: PlannedJob, style: DictConfig) -> str:
    """The words in one, as Hydra writes them."""
    excluded = set(style.exclude_keys)
    words = sorted(
        word for word in job.words if not (excluded and parse_override(word).key_or_group in excluded)
    )
    return style.item_sep.join(words).replace("=", style.kv_sep)


def _unquoted(value: str) -> str:
    return value[1:-1].replace('\\"', '"') if value.startswith('"') else value
