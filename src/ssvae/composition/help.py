"""The text of `--help`: what there is to choose from, one line each, and how to type it.

Made from the files of conf/ alone, without Hydra, so that it appears at once.
In: folders of YAML. Out: text. Not here: the settings inside an option (`ssvae check` prints them).
"""

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from ssvae.composition.places import PRIMARY, Places

__all__ = ["help_text"]

_TEMPLATE = "hydra/help/ssvae.yaml"
_LONGEST_LINE = 110


def help_text(places: Places, program: str) -> str:
    """The whole text; `program` stands in the examples, such as `ssvae train`."""
    parts: dict[str, Any] = yaml.safe_load(places.conf.joinpath(_TEMPLATE).read_text(encoding="utf-8"))
    text = str(parts["template"])
    text = text.replace("${hydra.help.header}", parts["header"]).replace(
        "${hydra.help.footer}", parts["footer"]
    )
    return text.replace("$APP_CONFIG_GROUPS", "\n".join(_lines(places))).replace("python train.py", program)


def _lines(places: Places) -> Iterator[str]:
    """Group by group as config.yaml lists them, the user's own groups last; the default of each is marked."""
    defaults = _defaults(places.conf)
    folders = (*places.user_folders, places.conf)
    own = {path.name for folder in places.user_folders for path in folder.iterdir() if path.is_dir()}
    groups = {**defaults, **dict.fromkeys(sorted(own - {"hydra", *defaults}))}
    options = {group: _options(group, folders) for group in groups}
    name_width = max(map(len, options)) + 2
    width = max(len(option) for found in options.values() for option in found) + 2
    for group, found in options.items():
        for position, (option, summary) in enumerate(found.items()):
            name = group if position == 0 else ""
            mark = "*" if option == groups[group] else " "
            yield _shortened(f"  {name:<{name_width}}{mark}{option:<{width}}{summary}")


def _shortened(line: str) -> str:
    return line.rstrip() if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1].rstrip() + "…"


def _defaults(conf: Traversable) -> dict[str, str | None]:
    """Group → the option config.yaml chooses; `model` first, which chooses the parts."""
    primary = yaml.safe_load(conf.joinpath(f"{PRIMARY}.yaml").read_text(encoding="utf-8"))
    entries = [entry for entry in primary["defaults"] if isinstance(entry, dict)]
    pairs = [(group, option) for entry in entries for group, option in entry.items()]
    found = {group: option for group, option in pairs if not group.startswith("override ")}
    return {"model": found.get("model"), **found}


def _options(group: str, folders: tuple[Traversable | Path, ...]) -> dict[str, str]:
    """Option → its first comment; a file of the user's hides one of ours."""
    found: dict[str, str] = {}
    for folder in folders:
        directory = folder.joinpath(group)
        for file in directory.iterdir() if directory.is_dir() else ():
            if file.name.endswith(".yaml"):
                found.setdefault(file.name.removesuffix(".yaml"), _summary(file))
    return dict(sorted(found.items()))


def _summary(file: Traversable) -> str:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and not line.startswith("# @"):
            return line.lstrip("# ").strip()
    return ""
