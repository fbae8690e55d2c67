"""Is `group=option` a choice there is? If not, what was meant, so that the rest can still be checked.

In: overrides that choose. Out: sentences, and the words to compose with instead.
Not here: settings inside a group (settings.py).
"""

import dataclasses
from collections.abc import Iterator

from ssvae.composition.composing import Composer
from ssvae.composition.overrides import shown_value
from ssvae.composition.typed import Typed
from ssvae.errors import did_you_mean, nearest
from ssvae.experiment import Experiment

__all__ = ["REQUIRED", "Judged", "judge_choice"]

REQUIRED = (*Experiment.GROUPS, "data", "training", "evaluation")
"""Groups that every run chooses from; the others may be null."""


@dataclasses.dataclass(frozen=True)
class Judged:
    """What became of a choice."""

    problems: tuple[str, ...]
    values: tuple[str, ...]
    """The options to go on with: as typed, else the nearest, else none."""


def judge_choice(typed: Typed, composer: Composer) -> Judged:
    """Find out what is wrong with a choice, if anything."""
    group = typed.key
    if typed.sign == "~":
        needed = f"~{group}: no run can do without it. Choose one of: {_known(group, composer)}."
        return Judged((needed,) if group in REQUIRED else (), ())
    if problem := _misuse(typed, composer):
        # Whatever the sign, the option may still be right, and the rest is checked with it.
        known = [value for value in typed.values() if value in composer.options(group)]
        return Judged((problem,), tuple(known))
    problems, values = [], []
    for value in _options_named(typed):
        if value in composer.options(group):
            values.append(value)
            continue
        problems.append(_unknown_option(typed, value, composer))
        values.extend(filter(None, [nearest(value, composer.options(group))]))
    return Judged(tuple(problems), tuple(values))


def _misuse(typed: Typed, composer: Composer) -> str | None:
    """A choice written in a way that cannot mean a choice."""
    group, plain = typed.key, f"{typed.key}={shown_value(typed.parsed)}"
    if typed.parsed.package:
        return f"{typed.text}: a group has one place here. Type {plain}."
    if typed.sign == "++":
        return f"{typed.text}: a group is chosen without a sign. Type {plain}."
    if typed.sign == "+" and _is_listed(group, composer):
        return f"{typed.text}: conf/config.yaml lists {group} already. Type {plain}, without the +."
    if not typed.sign and not _is_listed(group, composer):
        return f"{typed.text}: {group} is a group that config.yaml does not list. Type +{plain}."
    if typed.value is None and group not in REQUIRED:
        advice = "Leave it out." if group.startswith("hydra/") else f"Type ~{group} to have none of it."
        return f"{typed.text}: a group is not set to null on the command line. {advice}"
    if group in REQUIRED and not typed.is_swept and not isinstance(typed.value, str):
        return f"{typed.text}: every run needs exactly one of: {_known(group, composer)}."
    return None


def _is_listed(group: str, composer: Composer) -> bool:
    """Whether the defaults list names the group; only a user's own group needs a look at it."""
    if group in (*REQUIRED, "study", "debug") or group.startswith("hydra/"):
        return True
    return group in composer.compose(()).choices


def _options_named(typed: Typed) -> Iterator[str]:
    """`[a,b]` names two, a sweep several, null none."""
    if typed.is_swept:
        yield from typed.values()
    elif isinstance(typed.value, list):
        yield from map(str, typed.value)
    elif typed.value is not None:
        yield str(typed.value)


def _unknown_option(typed: Typed, value: str, composer: Composer) -> str:
    suggestion = did_you_mean(value, composer.options(typed.key))
    return f"{typed.key}={value!r} is not known.{suggestion} Known: {_known(typed.key, composer)}."


def _known(group: str, composer: Composer) -> str:
    return ", ".join(composer.options(group))
