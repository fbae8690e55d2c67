"""YAML that PyYAML and OmegaConf read alike, and that grep finds.

Lists in one line, mappings in blocks, floats with their point, quotes always double, nothing wrapped.
Read back, a text may come from anybody: nothing in it is executed, and what no writer of ours emits is refused.
In: plain mappings, text. Out: text, plain values. Not here: files.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from ssvae.errors import ProvenanceError

__all__ = ["SuspiciousYAML", "check_yaml", "dump_yaml", "in_quotes", "load_yaml", "yaml_problem"]


class _Quoted(str):
    """A text always written in double quotes."""

    __slots__ = ()


class _InLine(dict):
    """A mapping written in one line."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's writer with our house style."""

    def ignore_aliases(self, data: Any) -> bool:
        return True  # the same list twice is written twice: nobody wants to read &id001

    def choose_scalar_style(self) -> str:
        style = super().choose_scalar_style()
        return '"' if style == "'" else style


def _represent_quoted(dumper: _Dumper, text: _Quoted) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


def _represent_sequence(dumper: _Dumper, items: Any) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


def _represent_in_line(dumper: _Dumper, mapping: _InLine) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=True)


_Dumper.add_representer(_Quoted, _represent_quoted)
_Dumper.add_representer(_InLine, _represent_in_line)
_Dumper.add_representer(list, _represent_sequence)
_Dumper.add_representer(tuple, _represent_sequence)
# OmegaConf reads 1e-3 as a number where YAML 1.1 reads a text; knowing it, the writer puts such texts in quotes.
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+"),
    list("-+0123456789"),
)

_DEEPEST = 50
"""Levels of lists and mappings; a run writes less than ten. libyaml crashes the process at a hundred thousand."""

_LONGEST_NUMBER = 1000
"""Characters; Python refuses to write down a whole number of more than 4300 digits, and computing one takes long."""

_NUMBER = re.compile(r"[-+0-9][-+0-9a-fA-FxX_:.]*")


class SuspiciousYAML(yaml.YAMLError):
    """YAML that is well formed and that no program of ours writes: it may be there to do harm."""


def _strict(base: Any) -> Any:
    """A loader of plain values that takes no key twice; `base` is one of PyYAML's two safe loaders."""

    class Loader(base):
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            mapping = super().construct_mapping(node, deep=deep)
            if len(mapping) < len(node.value):
                keys = [str(key.value) for key, _ in node.value]
                twice = next((key for key in keys if keys.count(key) > 1), "a key")
                raise yaml.constructor.ConstructorError(
                    None, None, f"{twice} is there twice", node.start_mark
                )
            return mapping

    return Loader


_LOADER = _strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # seven times faster where libyaml is there


def dump_yaml(mapping: Mapping[str, Any]) -> str:
    """`mapping` as YAML text.

    Raises:
        ProvenanceError: when it holds anything but plain values.
    """
    try:
        return yaml.dump(
            dict(mapping),
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=False,
            width=float("inf"),
        )
    except yaml.representer.RepresenterError as error:
        raise ProvenanceError(
            f"The config cannot be recorded: {error.args[-1]!r} is not a number, a text, a list or a mapping."
        ) from error


def load_yaml(text: str) -> Any:
    """The value written by `dump_yaml`.

    Raises:
        SuspiciousYAML: when it holds what `dump_yaml` never writes.
        yaml.YAMLError: when the text is not YAML; the base of the other.
    """
    check_yaml(text)
    try:
        return yaml.load(text, Loader=_LOADER)  # a safe loader: numbers, texts, lists, mappings, dates
    except ValueError as error:  # the 31st of February
        raise yaml.YAMLError(str(error)) from error


def yaml_problem(error: Exception) -> str:
    """What is wrong with a text that is not YAML, in one line."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem and error.problem_mark:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    return " ".join(str(error).split())


def check_yaml(text: str) -> None:
    """Read the text without building anything.

    Raises:
        SuspiciousYAML: for a tag, which can ask for a Python object; for an alias, a few lines of which stand for
            gigabytes; for lists nested so deeply that a reader breaks down; for a number of thousands of digits.
        yaml.YAMLError: when the text is not YAML.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if problem := _problem(event, depth):
            line = f" in line {event.start_mark.line + 1}" if event.start_mark else ""
            raise SuspiciousYAML(
                f"{problem}{line}, which ssvae never writes. It may come from somebody who wants to run code "
                "or to bring your machine down; do not trust it"
            )


def _problem(event: yaml.Event, depth: int) -> str | None:
    if isinstance(event, yaml.AliasEvent):
        return f"the alias *{event.anchor}"
    if depth > _DEEPEST:
        return f"more than {_DEEPEST} levels of lists and mappings"
    tag = getattr(event, "tag", None)
    if tag is not None:
        return f"the tag {tag.replace('tag:yaml.org,2002:', '!!')}"
    if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and len(event.value) > _LONGEST_NUMBER:
        return "a number of thousands of digits" if _NUMBER.fullmatch(event.value) else None
    return None


def in_quotes(value: Any) -> Any:
    """`value` with every text in it to be written in double quotes, and every mapping in one line. Keys stay plain."""
    if isinstance(value, str):
        return _Quoted(value)
    if isinstance(value, Mapping):
        return _InLine({key: in_quotes(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return [in_quotes(item) for item in value]
    return value
