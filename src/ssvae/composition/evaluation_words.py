"""Settings of the evaluation as words over those a run has recorded: `evaluation=full`, `evaluation.dpi=200`.

In: words, a run's settings of the evaluation. Out: an `EvaluationConfig`, or all mistakes. Not here: using it.
"""

from collections.abc import Sequence

from ssvae.composition.launch import checked
from ssvae.composition.overrides import written
from ssvae.composition.places import find_places
from ssvae.composition.words import sort_words
from ssvae.config import mapping_from_recipe
from ssvae.errors import ConfigError
from ssvae.evaluation.recipes import EvaluationConfig

__all__ = ["evaluation_settings"]

_GROUP = "evaluation"


def evaluation_settings(words: Sequence[str], recorded: EvaluationConfig) -> EvaluationConfig:
    """The settings that the words make of those recorded.

    Args:
        words: `evaluation=OPTION`, which starts from that option instead, and `evaluation.KEY=VALUE`.
        recorded: What the run was evaluated with.

    Raises:
        ConfigError: for words about anything else, and for every mistake in these.
    """
    strange = [word for word in words if not word.startswith((f"{_GROUP}=", f"{_GROUP}."))]
    if strange:
        raise ConfigError(
            [
                f"'{word}' is no setting of the evaluation, and training is over. Try evaluation=full or "
                f"evaluation.dpi=200; with other settings: python train.py resume=RUN {word}"
                for word in strange
            ]
        )
    if not any(word.startswith(f"{_GROUP}=") for word in words):
        typed = {word.partition("=")[0] for word in words}
        settings = {f"{_GROUP}.{key}": value for key, value in mapping_from_recipe(recorded).items()}
        words = [*(written(key, value) for key, value in settings.items() if key not in typed), *words]
    sorted_words = sort_words(list(words))
    return checked(sorted_words, find_places(sorted_words, None), is_for_run=False).experiments[0].evaluation
