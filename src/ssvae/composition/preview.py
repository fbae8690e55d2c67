"""`ssvae check`: what a command would run, without running it.

In: the words of a command. Out: every setting as YAML, or all mistakes. Not here: finding them (guard.py).
"""

import sys
from collections.abc import Sequence

from ssvae.composition.app import starting
from ssvae.composition.exit_codes import MISTAKE
from ssvae.composition.places import find_places
from ssvae.composition.words import sort_words

__all__ = ["preview"]

_PROGRAM = "ssvae train"


def preview(arguments: Sequence[str]) -> int:
    """Print the settings on standard output, or the mistakes on standard error.

    Returns:
        The exit code: 0, or 2 when there are mistakes.
    """
    with starting():
        words = sort_words(list(arguments))
        places = find_places(words, None)
        if "help" in words.switches:
            from ssvae.composition.help import help_text

            sys.stdout.write(help_text(places, "ssvae check"))
            return 0
        from ssvae.composition.launch import checked
        from ssvae.composition.mistakes import message
        from ssvae.errors import ConfigError
        from ssvae.experiment import mapping_from_experiment
        from ssvae.runs.yaml_text import dump_yaml

        try:
            plan = checked(words, places, is_for_run=True)
        except ConfigError as error:
            sys.stderr.write(message(error.problems, _PROGRAM) + "\n")
            return MISTAKE
    for note in places.notes():
        sys.stdout.write(f"# {note}\n")
    if plan.is_multirun:
        differing = ", ".join(plan.swept_keys)
        sys.stdout.write(f"# The first of {len(plan.experiments)} runs; they differ in {differing}.\n")
    sys.stdout.write(dump_yaml(mapping_from_experiment(plan.experiments[0])))
    return 0
