"""From sorted words to overrides: those of `--config FILE` first, then what was typed, each read by itself.

In: words. Out: `Typed` overrides, and a mistake for each word that cannot be read or contradicts another.
Not here: whether keys and options exist (guard.py).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import Override

from ssvae.composition.composing import Composer
from ssvae.composition.mistakes import Findings
from ssvae.composition.overrides import parse_override, shown_value, written
from ssvae.composition.settings_file import read_settings, words_of
from ssvae.composition.sweeps.ranges import spelled_out
from ssvae.composition.sweeps.recipes import SECTION
from ssvae.composition.typed import FILE, Typed
from ssvae.composition.words import Word, Words
from ssvae.errors import ConfigError, did_you_mean, nearest

__all__ = ["read_overrides", "typed_override", "with_tags"]

TAGS = "experiment.tags"


def read_overrides(words: Words, composer: Composer, findings: Findings) -> list[Typed]:
    """Every override that can be read, in the order it counts; why the others cannot goes to `findings`."""
    typed = list(_each(words.overrides, composer, findings))
    from_files = list(_each(_file_words(words.config_files, composer, findings), composer, findings))
    _find_contradictions(typed, findings)
    return [*_not_replaced(from_files, typed), *typed]


def typed_override(word: Word, composer: Composer) -> Typed:
    """One override.

    Raises:
        ConfigError: when it cannot be read, or says something that no override can.
    """
    if "=" not in word.text and not word.text.startswith("~"):
        raise ConfigError(_without_equals(word.text, composer))
    word = Word(word.place, spelled_out(_quoted_for_sweep(word.text)))
    parsed = parse_override(word.text)
    parsed.config_loader = composer.loader  # for glob(*), which looks up the options
    key = parsed.key_or_group
    is_group = bool(composer.options(key)) and not isinstance(parsed.value(), dict)
    if "/" in key and not is_group:
        raise ConfigError(_slashed(word.text, key, composer))
    if is_group and (text := _quoted_choice(parsed)) is not None:
        return typed_override(Word(word.place, text), composer)
    return Typed(word.place, word.text, parsed, key if is_group else None)


def with_tags(typed: list[Typed], tags: Iterable[Word], before: Any, composer: Composer) -> list[Typed]:
    """Add the words of `--tag` to the tags that are there.

    Args:
        typed: All overrides; one of the tags, if any, is replaced.
        tags: The words of `--tag`.
        before: The tags when nothing is typed: a list, one word, or None.
        composer: To read the result as an override.

    Raises:
        ConfigError: when the tags are swept over.
    """
    words = list(tags)
    if not words:
        return typed
    given = [one for one in typed if one.key == TAGS]
    if any(one.is_swept for one in given):
        raise ConfigError(
            f"--tag {words[0].text} cannot be added to a sweep over {TAGS}. Put it into each list."
        )
    value = given[-1].value if given else before
    old = value if isinstance(value, list) else [] if value is None else [str(value)]
    override = written(TAGS, list(dict.fromkeys((*old, *(word.text for word in words)))))
    rest = [one for one in typed if one.key != TAGS]
    return [*rest, typed_override(Word(words[0].place, override), composer)]


def _each(words: Iterable[Word], composer: Composer, findings: Findings) -> Iterator[Typed]:
    for word in words:
        try:
            yield typed_override(word, composer)
        except ConfigError as error:
            findings.add(word.place, error.problems)


def _file_words(files: Iterable[Word], composer: Composer, findings: Findings) -> Iterator[Word]:
    for file in files:
        try:
            for text in words_of(read_settings(Path(file.text)), composer.options):
                yield Word(FILE, text)
        except ConfigError as error:
            findings.add(file.place, error.problems)


def _not_replaced(from_files: list[Typed], typed: list[Typed]) -> Iterator[Typed]:
    """Settings of files, without those typed again, and without those of a group that was chosen again."""
    keys = {one.key for one in typed}
    chosen = {one.group for one in typed if one.group}
    for one in from_files:
        if one.key not in keys and one.key.partition(".")[0] not in chosen:
            yield one


def _find_contradictions(typed: list[Typed], findings: Findings) -> None:
    """Hydra takes the last of two; which one was meant, nobody knows."""
    first: dict[str, Typed] = {}
    for one in typed:
        other = first.setdefault(one.key, one)
        if other.text != one.text:
            findings.add(
                one.place, [f"{one.key} is given twice: {other.text} and {one.text}. Keep one of them."]
            )


def _without_equals(text: str, composer: Composer) -> str:
    """A word without `=`."""
    if text in composer.groups:
        return f"'{text}' needs an option. Known: {', '.join(f'{text}={option}' for option in composer.options(text))}."
    options = {option for group in composer.groups for option in composer.options(group)}
    meant = nearest(text, options)
    choices = [f"{group}={meant}" for group in composer.groups_with(meant)] if meant else []
    hint = f" Did you mean {' or '.join(choices)}?" if choices else ""
    return f"'{text}' is not of the form key=value.{hint}"


def _quoted_for_sweep(text: str) -> str:
    """`sweep.on_failure=retry=2` with quotes: to Hydra's grammar a bare value holds no `=` and no space."""
    key, _, value = text.partition("=")
    if not key.startswith(f"{SECTION}.") or not ("=" in value or " " in value) or set("\"'{") & set(value):
        return text
    if value.startswith("[") and value.endswith("]"):
        inner = value[1:-1]
        return text if "[" in inner else written(key, [item.strip() for item in inner.split(",")])
    return written(key, value)


def _quoted_choice(parsed: Override) -> str | None:
    """`debug="nan"` for `debug=nan`: to Hydra's grammar the bare word is a number, and no option."""
    value = parsed.value()
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return written(parsed.get_key_element(), [str(item) for item in value])
    if isinstance(value, bool | int | float):
        return written(parsed.get_key_element(), shown_value(parsed))
    return None


def _slashed(text: str, key: str, composer: Composer) -> str:
    if key.startswith("hydra/"):
        known = [f"hydra/{group}" for group in composer.loader.list_groups("hydra")]
        return f"{text}: {key} is not a group.{did_you_mean(key, known)} Known: {', '.join(known)}."
    return (
        f"{text}: {key} is not a group. The name of a setting has dots, as in {key.replace('/', '.')}=VALUE."
    )
