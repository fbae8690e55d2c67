"""YAML that PyYAML and OmegaConf read alike, and that grep finds.

Lists in one line, mappings in blocks, floats with their point, quotes always double, nothing wrapped.
In: plain mappings. Out: text. Not here: files.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from ssvae.errors import ProvenanceError

__all__ = ["dump_yaml", "in_quotes", "load_yaml"]


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

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # seven times faster where libyaml is there


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
        yaml.YAMLError: when the text is not YAML.
    """
    return yaml.load(text, Loader=_LOADER)


def in_quotes(value: Any) -> Any:
    """`value` with every text in it to be written in double quotes, and every mapping in one line. Keys stay plain."""
    if isinstance(value, str):
        return _Quoted(value)
    if isinstance(value, Mapping):
        return _InLine({key: in_quotes(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return [in_quotes(item) for item in value]
    return value
