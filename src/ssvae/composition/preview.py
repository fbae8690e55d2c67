"""`ssvae check`: what a command would run, without running it.

In: the words of a command. Out: every setting as YAML, or all mistakes. Not here: finding them (guard.py).
"""

import dataclasses
import shlex
import sys
from collections.abc import Sequence

from ssvae.composition.app import starting
from ssvae.composition.exit_codes import MISTAKE
from ssvae.composition.mistakes import Mistake, message
from ssvae.composition.places import find_places
from ssvae.composition.words import Words, sort_words

__all__ = ["preview"]

_PROGRAM = "ssvae train"


def preview(arguments: Sequence[str]) -> int:
    """Print the settings on standard output, or the mistakes on standard error.

    Returns:
        The exit code: 0, or 2 when there are mistakes.
    """
    with starting():
        words = _without_other_views(sort_words(list(arguments)))
        places = find_places(words, None)
        if "help" in words.switches:
            from ssvae.composition.help import help_text

            sys.stdout.write(help_text(places, "ssvae check"))
            return 0
        from ssvae.composition.additions import notes
        from ssvae.composition.launch import checked
        from ssvae.errors import CheckpointError, ConfigError, DataError, RunDirectoryError
        from ssvae.experiment import mapping_from_experiment
        from ssvae.runs.yaml_text import dump_yaml

        try:
            plan = checked(words, places, is_for_run=True)
        except (ConfigError, DataError, RunDirectoryError, CheckpointError) as error:
            problems = error.problems if isinstance(error, ConfigError) else [str(error)]
            sys.stderr.write(message(problems, _PROGRAM) + "\n")
            return MISTAKE
    for note in notes(places):
        sys.stdout.write(f"# {note}\n")
    if plan.is_multirun:
        differing = ", ".join(plan.swept_keys)
        sys.stdout.write(f"# The first of {len(plan.experiments)} runs; they differ in {differing}.\n")
    sys.stdout.write(dump_yaml(mapping_from_experiment(plan.experiments[0])))
    return 0


def _without_other_views(words: Words) -> Words:
    """Hydra's flags that show something else are no part of this command, and passed over they would mislead."""
    if not (words.is_inspection or words.is_about_hydra):
        return words
    flags = [word for word in words.passed_on if word.startswith("-")]
    text = (
        f"ssvae check shows the settings of a run and takes no {' and no '.join(flags)}. "
        f"Use {_PROGRAM} {shlex.join(words.passed_on)}."
    )
    return dataclasses.replace(words, mistakes=(*words.mistakes, Mistake(0, text)))
