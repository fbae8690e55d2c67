"""`sweep.resume=DIR` alone means: with the words of that sweep, those of each command that has made jobs of it.

In: sorted words. Out: the same with those of the record; what a record keeps of words. Not here: what they mean.
"""

import re
from pathlib import Path

from ssvae.composition.sweeps.claiming import ANY
from ssvae.composition.sweeps.recipes import SECTION
from ssvae.composition.words import Words, sort_words
from ssvae.errors import ConfigError
from ssvae.runs.sweeps.record import is_sweep, read_sweep

__all__ = ["recorded_commands", "retyped"]

_RESUME = f"{SECTION}.resume="
_SWEEPER = "hydra[./]sweeper"  # with another, the jobs may be others


def recorded_commands(words: Words) -> list[Words]:
    """The command; or those of the sweep that is gone on with, when all that was typed is about the sweep or about how
    Hydra runs it: such words choose no job.

    Returns:
        Several, the oldest first, for a sweep whose jobs are not all jobs of its last command.

    Raises:
        ConfigError: when the record has none, for they held a secret.
        RunDirectoryError: when the record is damaged.
    """
    own = [word.text.lstrip("+") for word in words.overrides]
    named = [text.removeprefix(_RESUME).strip("'\"") for text in own if text.startswith(_RESUME)]
    is_about_sweep = all(re.match(rf"(?!{_SWEEPER})({SECTION}\.|hydra[./])", text) for text in own)
    if not named or named[-1].lower() == ANY or not is_about_sweep or words.tags or words.config_files:
        return [words]
    folder = Path(named[-1])
    if not is_sweep(folder):
        return [words]
    header = read_sweep(folder).header
    commands = [*(header.get("words_before") or []), header.get("words")]
    if not all(isinstance(recorded, list) for recorded in commands):
        raise ConfigError(
            f"{folder} does not keep the words of its command, as when they hold a secret. Type the command again, "
            f"with {_RESUME}{folder}."
        )
    # The folder is the one that is named, wherever it lies by now.
    keys = {"hydra.sweep.dir", *(text.partition("=")[0] for text in own)}
    return [
        sort_words(
            [*(word for word in map(str, recorded) if word.partition("=")[0] not in keys), *words.as_typed]
        )
        for recorded in commands
    ]


def retyped(words: Words) -> tuple[str, ...]:
    """What to type again to go on with the sweep, but for the folder and the flag of sweeps."""
    return tuple(
        word
        for word in words.as_typed
        if word not in ("-m", "--multirun") and not word.lstrip("+").startswith(_RESUME)
    )
