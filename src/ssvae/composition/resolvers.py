"""The `${…}` functions that conf/ uses beyond Hydra's own.

In: the configuration of a job. Out: text. Not here: making folders (folders.py).
"""

from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ssvae.composition.overrides import parse_override, shown_value
from ssvae.composition.plain import our_part, question, resolve
from ssvae.composition.versions import register_resolver
from ssvae.config import read_recipe
from ssvae.data.recipes import DATASETS
from ssvae.errors import ConfigError
from ssvae.experiment import mapping_from_experiment, read_experiment
from ssvae.runs.directory import slug

__all__ = ["JOB_FOLDER", "NUM_CLASSES", "job_folder", "num_classes", "register_resolvers"]

JOB_FOLDER = "ssvae_job_folder"
"""`${ssvae_job_folder:seed,model.kl_weight}` in conf/."""

NUM_CLASSES = "ssvae_num_classes"
"""`${ssvae_num_classes:}` in conf/."""

_LONGEST = 60  # characters of the readable part; file systems stop at 255 bytes for the whole


def register_resolvers() -> None:
    """Make them known to OmegaConf; again does no harm."""
    register_resolver(JOB_FOLDER, job_folder)
    register_resolver(NUM_CLASSES, num_classes)


def num_classes(*, _root_: DictConfig) -> int:
    """How many classes the chosen data set has, for parts that need one of something per class.

    Args:
        _root_: The whole configuration, given by OmegaConf.

    Returns:
        1 when the settings of the data are mistaken: that is told where they are read, and once.
    """
    try:
        settings: Any = OmegaConf.to_container(_root_.data, resolve=True)
        return read_recipe(DATASETS[settings.pop("name")], settings).classes
    except (ConfigError, KeyError, OmegaConfBaseException):
        return 1


def job_folder(*keys: str, _root_: DictConfig) -> str:
    """`003_seed-1_kl_weight-0.5_1a2b3c4d`: number, what differs between the jobs, hash of the configuration.

    Args:
        keys: The settings that differ; without any, everything typed.
        _root_: The whole configuration of the job, given by OmegaConf.
    """
    # Here, for it brings NumPy, which a mistaken command never needs.
    from ssvae.runs.provenance import config_hash

    overrides = [parse_override(word) for word in _root_.hydra.overrides.task]
    differing = [override for override in overrides if not keys or override.key_or_group in keys]
    words = [f"{override.key_or_group.rpartition('.')[2]}-{shown_value(override)}" for override in differing]
    number = f"{int(_root_.hydra.job.num):03d}"
    readable = [slug("_".join(words), max_length=_LONGEST)] if words else []
    return "_".join((number, *readable, config_hash(_body(_root_))[:8]))


def _body(root: DictConfig) -> dict[str, Any]:
    """Every setting of the job in its final form, so that equal runs have equal hashes however they were typed."""
    return mapping_from_experiment(read_experiment(question(resolve(our_part(root)))))
