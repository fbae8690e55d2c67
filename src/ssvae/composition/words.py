"""The words of a command line, sorted: flags for Hydra, overrides, and the words of our own.

`--config FILE`, `--set key=value` and `--tag word` mean the same as Hydra's words and may be repeated.
Flags may stand anywhere. In: argv. Out: `Words`. Not here: what an override means (overrides.py, guard.py).
"""

import collections
import dataclasses
import shlex
from collections.abc import Iterator
from pathlib import Path

from ssvae.composition.mistakes import Mistake
from ssvae.errors import did_you_mean
from ssvae.runs.reading import is_inside

__all__ = ["FLAGS", "Word", "Words", "sort_words"]

_SWITCHES = {
    "--help": "help",
    "-h": "help",
    "--hydra-help": "hydra-help",
    "--version": "version",
    "--resolve": "resolve",
    "--run": "run",
    "-r": "run",
    "--multirun": "multirun",
    "-m": "multirun",
    "--dry-run": "dry-run",
    "--shell-completion": "shell-completion",
    "-sc": "shell-completion",
}
_VALUED = {
    "--cfg": "cfg",
    "-c": "cfg",
    "--package": "package",
    "-p": "package",
    "--config-path": "config-path",
    "-cp": "config-path",
    "--config-name": "config-name",
    "-cn": "config-name",
    "--config-dir": "config-dir",
    "-cd": "config-dir",
    "--config": "config",
    "--set": "set",
    "--tag": "tag",
}
_EXAMPLES = {
    "cfg": "--cfg job",
    "package": "--package model",
    "config-path": "--config-path my_conf",
    "config-name": "--config-name my_config",
    "config-dir": "--config-dir my_conf",
    "config": "--config my_settings.yaml",
    "set": "--set model.kl_weight=1.0",
    "tag": "--tag ablation",
}
_RESUME = "resume="

CONFIG_FILE = "config.yaml"
"""That of a run; named here, because runs/config_file.py brings more than a help text needs."""

_INFO = ("all", "aliases", "config", "defaults", "defaults-tree", "plugins", "searchpath")
"""What may follow `--info`, the one flag whose value may be left out."""

FLAGS = (*_SWITCHES, *_VALUED, "--info", "-i")
"""Every flag there is."""


@dataclasses.dataclass(frozen=True)
class Word:
    """One `key=value`, and which word of the command line it was."""

    place: int
    text: str


@dataclasses.dataclass(frozen=True)
class Words:
    """What was typed, sorted."""

    overrides: tuple[Word, ...] = ()
    """Those of `--set` included."""
    tags: tuple[Word, ...] = ()
    switches: frozenset[str] = frozenset()
    """Names without dashes: `multirun`, `help`, …"""
    config_files: tuple[Word, ...] = ()
    """YAML files of settings; later ones win. The first is that of the run to go on with, if there is one."""
    resume: Path | None = None
    """The folder of a run to go on with."""
    config_dirs: tuple[Word, ...] = ()
    """Folders of the user's own groups; earlier ones win."""
    config_path: str | None = None
    """A folder to use instead of conf/."""
    config_name: str | None = None
    """A file to start from instead of config.yaml."""
    unknown_flags: tuple[Word, ...] = ()
    """`--epochs 5` as `epochs=5`: a flag that does not exist, perhaps meant as a setting."""
    passed_on: tuple[str, ...] = ()
    """Flags with their values that go to Hydra as they are."""
    mistakes: tuple[Mistake, ...] = ()
    as_typed: tuple[str, ...] = ()

    @property
    def is_inspection(self) -> bool:
        """Whether a configuration is to be shown instead of run."""
        return bool({"--cfg", "--info"}.intersection(self.passed_on))

    @property
    def is_about_hydra(self) -> bool:
        """Whether the command is Hydra's own business, and no configuration of ours is looked at."""
        return bool({"hydra-help", "version", "shell-completion"} & self.switches)


def sort_words(arguments: list[str]) -> Words:
    """Sort a command line; what cannot be sorted becomes a mistake."""
    sorter = _Sorter(arguments)
    while sorter.rest:
        sorter.take(*sorter.rest.popleft())
    found = {kind: tuple(words) for kind, words in sorter.found.items()}
    resumes = [word for word in found["set"] if word.text.startswith(_RESUME)]
    folder = _resumed(resumes)
    if folder is not None:
        found["config"] = (Word(resumes[0].place, str(folder / CONFIG_FILE)), *found["config"])
    return Words(
        overrides=tuple(word for word in found["set"] if word not in resumes),
        resume=folder,
        tags=found["tag"],
        switches=frozenset(sorter.switches),
        config_files=found["config"],
        config_dirs=found["config-dir"],
        config_path=found["config-path"][-1].text if found["config-path"] else None,
        config_name=found["config-name"][-1].text if found["config-name"] else None,
        unknown_flags=tuple(sorter.unknown_flags),
        passed_on=tuple(sorter.passed_on),
        mistakes=(
            *sorter.mistakes,
            *_missing_folders(sorter),
            *_conflicts(sorter),
            *_mistaken_resumes(resumes, folder),
        ),
        as_typed=tuple(arguments),
    )


class _Sorter:
    """The words not yet sorted, and the heaps they go on."""

    def __init__(self, arguments: list[str]):
        self.rest = collections.deque(enumerate(arguments))
        self.found: dict[str, list[Word]] = {
            name: [] for name in ("set", "tag", "config", "config-dir", "config-path", "config-name")
        }
        self.switches: set[str] = set()
        self.unknown_flags: list[Word] = []
        self.passed_on: list[str] = []
        self.mistakes: list[Mistake] = []

    def take(self, place: int, word: str) -> None:
        """Put one word, with its value if it has one, on the heap it belongs to."""
        flag, equals, value = word.partition("=")
        if word == "--":
            return
        if not word.startswith("-"):
            self._take_override(place, word)
        elif word in _SWITCHES:
            self._take_switch(place, word)
        elif flag in _VALUED:
            self._take_valued(place, flag, value if equals else self._next())
        elif flag in ("--info", "-i"):
            self._take_info(place, value)
        elif flag == "--experimental-rerun":
            self._next()
            self.mistakes.append(Mistake(place, _RERUN))
        else:
            self._take_unknown(place, flag, value)

    def _take_override(self, place: int, word: str) -> None:
        """`key=value`; a shell takes `key = value` apart."""
        parts = [word]
        if "=" not in word and self.rest and self.rest[0][1].startswith("="):
            parts.append(self.rest.popleft()[1])
        if parts[-1].endswith("=") and self._next_is_without_equals():
            parts.append(self.rest.popleft()[1])
        if len(parts) == 1:
            self.found["set"].append(Word(place, word))
        else:
            joined = "".join(parts)
            retry = shlex.quote(joined) if not joined.endswith("=") else f"{joined}VALUE"
            text = f"'{' '.join(parts)}' has spaces around the =. Type {retry}."
            self.mistakes.append(Mistake(place, text))

    def _take_info(self, place: int, value: str) -> None:
        if not value and self._next_is_without_equals():
            value = self.rest.popleft()[1]
        if value and value not in _INFO:
            text = f"--info {value} is not known.{did_you_mean(value, _INFO)} Known: {', '.join(_INFO)}."
            self.mistakes.append(Mistake(place, text))
        self.passed_on += ["--info", value or "all"]

    def _take_switch(self, place: int, word: str) -> None:
        name = _SWITCHES[word]
        self.switches.add(name)
        if name not in ("multirun", "run", "help", "dry-run"):  # said by us, ours, or the default
            self.passed_on.append(word)

    def _take_valued(self, place: int, flag: str, value: str | None) -> None:
        name = _VALUED[flag]
        if not value:
            self.mistakes.append(Mistake(place, f"{flag} needs a value, as in {_EXAMPLES[name]}."))
        elif name == "cfg" and value not in ("job", "hydra", "all"):
            known = "job (the settings of a run), hydra, all"
            text = (
                f"{flag} {value} is not known.{did_you_mean(value, ('job', 'hydra', 'all'))} Known: {known}."
            )
            self.mistakes.append(Mistake(place, text))
        elif name in self.found:
            self.found[name].append(Word(place, value))
        else:
            self.passed_on += [f"--{name}", value]

    def _take_unknown(self, place: int, flag: str, value: str) -> None:
        """`--epochs 5`: the 5 belongs to it, or it would be a second mistake."""
        if not value and self._next_is_without_equals():
            value = self.rest.popleft()[1]
        self.unknown_flags.append(Word(place, f"{flag}={value}"))

    def _next(self) -> str | None:
        has_value = self.rest and not self.rest[0][1].startswith("-")
        return self.rest.popleft()[1] if has_value else None

    def _next_is_without_equals(self) -> bool:
        """Whether the next word is neither a flag nor a `key=value`."""
        return bool(self.rest) and "=" not in self.rest[0][1] and not self.rest[0][1].startswith("-")


_RERUN = (
    "--experimental-rerun writes into the old run's folder. Type --config RUN/config.yaml to run it anew."
)


def _conflicts(sorter: "_Sorter") -> list[Mistake]:
    """Hydra answers these with a traceback."""
    shown = [flag for flag in ("--cfg", "--info") if flag in sorter.passed_on]
    modes = [*shown, *(f"--{name}" for name in ("multirun", "run") if name in sorter.switches)]
    if len(modes) > 1:
        return [Mistake(0, f"{' and '.join(modes)} cannot be used together. Keep one of them.")]
    if "resolve" in sorter.switches and "--cfg" not in shown:
        return [Mistake(0, "--resolve goes with --cfg, as in --cfg job --resolve.")]
    return []


def _resumed(resumes: list[Word]) -> Path | None:
    """The folder that `resume=RUN` names, when it is one of a run."""
    named = [word.text.removeprefix(_RESUME).strip("'\"") for word in resumes]
    folder = Path(named[0]) if len(named) == 1 and named[0] else None
    # A link that leads out of the folder is nothing of that run's.
    is_run = folder is not None and (folder / CONFIG_FILE).is_file() and is_inside(folder, CONFIG_FILE)
    return folder if is_run else None


def _mistaken_resumes(resumes: list[Word], folder: Path | None) -> Iterator[Mistake]:
    """`resume` is a word of ours: a run goes on with one run, and all settings start from that one's."""
    if len(resumes) > 1:
        words = " and ".join(word.text for word in resumes)
        yield Mistake(resumes[-1].place, f"{words}: a run goes on with one run. Keep one of them.")
    elif resumes and folder is None:
        yield Mistake(
            resumes[0].place,
            f"{resumes[0].text}: there is no run in that folder (it has no {CONFIG_FILE} of its own). Name the "
            f"folder of a run, as in resume=results/NAME. Paths start at {Path.cwd()}.",
        )


def _missing_folders(sorter: "_Sorter") -> list[Mistake]:
    """Folders of YAML must exist."""
    return [
        Mistake(word.place, f"--{name} {word.text}: there is no such folder. Paths start at {Path.cwd()}.")
        for name in ("config-dir", "config-path")
        for word in sorter.found[name]
        if not Path(word.text).is_dir()
    ]
