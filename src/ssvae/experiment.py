"""The whole question of a run as one frozen value: what was asked, checked, ready to be answered.

In: a plain nested mapping, shaped as config.yaml is. Out: `Experiment`, or one `ConfigError` with every problem.
Not here: Hydra, files.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from ssvae.config import Recipe, choice, mapping_from_recipe, read_recipe, setting
from ssvae.data.recipes import DATASETS, AbstractDataConfig
from ssvae.errors import ConfigError, did_you_mean
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.misfits import misfits
from ssvae.model.recipes import SSVAEConfig
from ssvae.plugins import VARIABLE
from ssvae.training.recipes import TrainingConfig

__all__ = [
    "VERDICTS",
    "Experiment",
    "RecordConfig",
    "mapping_from_experiment",
    "read_experiment",
    "read_recorded",
    "recorded_experiment",
    "setting_problems",
]

VERDICTS = ("exploratory", "keep", "baseline", "failed")
"""What a person may call a run; the machine's own lifecycle is in state.json."""


@dataclasses.dataclass(frozen=True)
class RecordConfig(Recipe):
    """How a run is named and filed."""

    name: str = "run"
    """Begins the name of the run's folder."""
    description: str = ""
    """What this run is for, in a sentence."""
    tags: tuple[str, ...] = ()
    """Words to find it by."""
    status: str = setting("exploratory", one_of=VERDICTS)
    """Your verdict on the run; becomes failed when the run crashes."""
    on_dirty_git: str = setting("warn", one_of=("warn", "refuse", "ignore"))
    """What to do when the code has changes that are not committed."""


@dataclasses.dataclass(frozen=True)
class _TopLevel(Recipe):
    """The part of the question that is not the model, spelled as in config.yaml."""

    experiment: RecordConfig = dataclasses.field(default_factory=RecordConfig)
    seed: int = setting(0, at_least=0, at_most=2**32 - 1)
    data: AbstractDataConfig = choice(DATASETS, "digits")
    training: TrainingConfig = dataclasses.field(default_factory=TrainingConfig)
    evaluation: EvaluationConfig = dataclasses.field(default_factory=EvaluationConfig)


@dataclasses.dataclass(frozen=True)
class Experiment:
    """A run is a function of this value (and the bytes of the data set it names).

    Raises:
        ConfigError: from the constructor, when the parts do not fit together; names every misfit.
    """

    record: RecordConfig = dataclasses.field(default_factory=RecordConfig)
    seed: int = 0
    data: AbstractDataConfig = dataclasses.field(default_factory=DATASETS["digits"])
    model: SSVAEConfig = dataclasses.field(default_factory=SSVAEConfig)
    training: TrainingConfig = dataclasses.field(default_factory=TrainingConfig)
    evaluation: EvaluationConfig = dataclasses.field(default_factory=EvaluationConfig)

    GROUPS: ClassVar[tuple[str, ...]] = tuple(field.name for field in dataclasses.fields(SSVAEConfig))

    def __post_init__(self) -> None:
        problems = [*misfits(self.data, self.model, self.training), *_component_problems(self.evaluation)]
        if problems:
            raise ConfigError(problems)


def read_experiment(mapping: Mapping[str, Any]) -> Experiment:
    """Build the experiment from a mapping shaped as config.yaml's body.

    Raises:
        ConfigError: with every unknown setting, wrong type and value out of range; without those, every misfit.
    """
    top, model, problems = _read_parts(mapping)
    if problems or top is None or model is None:
        raise ConfigError(problems)
    return Experiment(top.experiment, top.seed, top.data, model, top.training, top.evaluation)


def read_recorded(settings: Mapping[str, Any], header: Mapping[str, Any], where: Path) -> Experiment:
    """The experiment that a run has recorded, perhaps with another version or with plugins.

    Args:
        settings: As for `read_experiment`.
        header: `experiment` of its config.yaml, which names the version.
        where: The file, for messages.

    Raises:
        ConfigError: when this version, with its plugins, does not know what was asked.
    """
    try:
        return read_experiment(settings)
    except ConfigError as error:
        versions = header.get("versions")
        version = versions.get("ssvae") if isinstance(versions, Mapping) else "unknown"
        advice = (
            f"The run was made with ssvae {version}; what plugins add is known when {VARIABLE} names them."
        )
        raise ConfigError([f"{where}: {problem} {advice}" for problem in error.problems]) from error


def recorded_experiment(config: Mapping[str, Any], where: Path) -> Experiment:
    """What a run was asked, by all of its config.yaml; how it was named and filed plays no part.

    Args:
        config: The content, header and settings.
        where: The file, for messages.

    Raises:
        ConfigError: when this version, with its plugins, does not know what was asked.
    """
    settings = {key: value for key, value in config.items() if key != "experiment"}
    return read_recorded(settings, config["experiment"], where)


def setting_problems(mapping: Mapping[str, Any]) -> list[str]:
    """What is wrong with each setting by itself, its combination with others aside."""
    return _read_parts(mapping)[2]


def _read_parts(mapping: Mapping[str, Any]) -> tuple[_TopLevel | None, SSVAEConfig | None, list[str]]:
    model_part = {key: mapping[key] for key in mapping if key in Experiment.GROUPS}
    rest = {key: mapping[key] for key in mapping if key not in Experiment.GROUPS}
    problems: list[str] = []
    top, model = None, None
    try:
        top = read_recipe(_TopLevel, rest)
    except ConfigError as error:
        problems.extend(error.problems)
    try:
        model = read_recipe(SSVAEConfig, model_part)
    except ConfigError as error:
        problems.extend(error.problems)
    with contextlib.suppress(ConfigError):  # told above
        problems.extend(
            _component_problems(read_recipe(EvaluationConfig, rest.get("evaluation", {}), "evaluation"))
        )
    return top, model, problems


def mapping_from_experiment(experiment: Experiment) -> dict[str, Any]:
    """The mapping that `read_experiment` turns back into an equal experiment."""
    top = _TopLevel(
        experiment.record, experiment.seed, experiment.data, experiment.training, experiment.evaluation
    )
    mapping = mapping_from_recipe(top) | mapping_from_recipe(experiment.model)
    order = ("experiment", "seed", "data", *Experiment.GROUPS, "training", "evaluation")
    return {key: mapping[key] for key in order}


def _component_problems(evaluation: EvaluationConfig) -> Iterator[str]:
    """Words in the lists of the evaluation that name nothing."""
    lists = (evaluation.metrics, evaluation.plots, evaluation.shifts, evaluation.baselines)
    if {*lists} <= {("all",), ("none",)}:
        return
    # Here: they bring NumPy, a third of the time until a mistake is told.
    from ssvae.evaluation.metrics import METRICS
    from ssvae.evaluation.metrics.classical import BASELINES
    from ssvae.evaluation.metrics.shifts import SHIFTS
    from ssvae.evaluation.plots import PLOTS

    yield from _unknown_words("metrics", evaluation.metrics, METRICS, "component")
    yield from _unknown_words("plots", evaluation.plots, PLOTS, "component")
    yield from _unknown_words("shifts", evaluation.shifts, SHIFTS, "change of images")
    yield from _unknown_words("baselines", evaluation.baselines, BASELINES, "classical baseline")


def _unknown_words(
    setting_name: str, asked: tuple[str, ...], table: Mapping[str, Any], kind: str
) -> Iterator[str]:
    """`all` and `none` stand alone; any other word is in the table."""
    path = f"evaluation.{setting_name}"
    for word in asked:
        if word in ("all", "none"):
            if len(asked) > 1:
                yield f"{path}: '{word}' stands alone, got [{','.join(asked)}]. Try {path}={word}."
        elif word not in table:
            known = ", ".join(("all", "none", *table))
            yield f"{path}: '{word}' is not a {kind}.{did_you_mean(word, table)} Known: {known}."
