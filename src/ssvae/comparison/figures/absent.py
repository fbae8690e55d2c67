"""Why a figure of two settings is not there.

In: an `Answer`. Out: a disabled `ComponentResult`. Not here: drawing it (interactions.py, heat_map.py).
"""

from ssvae.comparison.answer import Answer
from ssvae.comparison.commands import resume_command
from ssvae.comparison.effects import swept_settings
from ssvae.status import ComponentResult

__all__ = ["no_grid"]


def no_grid(answer: Answer) -> ComponentResult:
    """Nothing was asked of two settings, or too little has come of it."""
    if len(swept_settings(answer.groups)) < 2:
        return ComponentResult.disabled(
            "no two settings were swept as a grid", "a second setting, such as model=mixture,vamp"
        )
    return ComponentResult.disabled(
        "no two settings have a number for at least half of the combinations of their values",
        f"finished runs of the others, {resume_command(answer)}; or a grid instead of single points",
    )
