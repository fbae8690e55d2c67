"""Python of the user's own, imported before a command is understood, so that its recipes, metrics and plots are in the
tables by then: `PRIORS["toy"] = ToyPriorConfig`.

Named in the environment variable SSVAE_PLUGINS (modules, separated by commas) or announced by an installed package as
an entry point of the group `ssvae.plugins`. Nothing else is ever looked for or imported.
In: names. Out: the same modules, imported; or one `ConfigError` with all that cannot be. Not here: the tables.
"""

import functools
import importlib
import importlib.metadata
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from ssvae.errors import ConfigError, did_you_mean, reason_of

__all__ = [
    "GROUP",
    "VARIABLE",
    "announced",
    "load_plugins",
    "plugin_code",
    "plugin_files",
    "plugin_notes",
]

VARIABLE = "SSVAE_PLUGINS"
"""Environment variable: modules such as `my_module,my_package.priors`."""

GROUP = "ssvae.plugins"
"""The entry points of installed packages: `[project.entry-points."ssvae.plugins"]`."""

_INSTALLED = ("site-packages", "dist-packages")
"""Folders in which modules of many distributions lie side by side."""


def load_plugins() -> tuple[str, ...]:
    """Import every plugin there is, each once per process, those of installed packages first.

    Modules of SSVAE_PLUGINS are also found in the current directory, after everything that is installed.

    Returns:
        The modules' names.

    Raises:
        ConfigError: naming every plugin that is absent or breaks when it is imported.
    """
    if os.environ.get(VARIABLE) and os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # for good: a plugin may import a neighbor when its recipe is built
    wanted = dict(_wanted())
    problems = [problem for name, source in wanted.items() if (problem := _import(name, source)) is not None]
    if problems:
        raise ConfigError(problems)
    return tuple(wanted)


def plugin_notes() -> tuple[str, ...]:
    """One line for each plugin that is loaded: its name and the file it came from."""
    loaded = [sys.modules[name] for name in _wanted_names() if name in sys.modules]
    # A folder without __init__.py is a module too, and has no file.
    return tuple(
        f"Plugin {module.__name__}, from {module.__file__ or next(iter(module.__path__))}."
        for module in loaded
    )


def plugin_files() -> tuple[Path, ...]:
    """Where the code of each loaded plugin is: a file, or the folder of a package."""
    return _places(_wanted_names())


def plugin_code() -> Iterator[Path]:
    """Where all code of the loaded plugins is, what they import later from their neighbors included: of a module in a
    package the folder of the package, of one that lies by itself the Python files beside it too.
    """
    for place in _places(map(_package_of, _wanted_names())):
        if place.is_dir() or place.parent.name in _INSTALLED:
            yield place
        else:
            yield from place.parent.glob("*.py")


def _package_of(name: str) -> str:
    """The outermost package that has a file of its own: what is above, many distributions may share."""
    parts = name.split(".")
    above = (".".join(parts[:count]) for count in range(1, len(parts)))
    return next((one for one in above if getattr(sys.modules.get(one), "__file__", None)), name)


def _places(names: Iterable[str]) -> tuple[Path, ...]:
    loaded = [sys.modules[name] for name in dict.fromkeys(names) if name in sys.modules]
    places = [place for module in loaded for place in getattr(module, "__path__", (module.__file__,))]
    return tuple(Path(place) for place in places if place)


def _wanted_names() -> Iterable[str]:
    return dict(_wanted())


def _wanted() -> Iterator[tuple[str, str]]:
    """(module, who asks for it) of each plugin."""
    yield from announced()
    for word in os.environ.get(VARIABLE, "").split(","):
        if name := word.strip():
            yield name, f"{VARIABLE}={name}"


@functools.cache  # each job of a sweep asks, and what is installed stays the same while a process runs
def announced() -> tuple[tuple[str, str], ...]:
    """(module, who announces it) of each entry point."""
    return tuple(
        (entry.module, f"The entry point {entry.name} of {entry.dist.name if entry.dist else 'a package'}")
        for entry in importlib.metadata.entry_points(group=GROUP)
    )


def _import(name: str, source: str) -> str | None:
    """Import a plugin; where that fails, what happened and what to do."""
    way_out = f"or unset {VARIABLE}" if source.startswith(VARIABLE) else "or uninstall it"
    if name.endswith(".py") or os.sep in name:
        module = ".".join(Path(name).with_suffix("").parts)
        return f"{source} names a file, and a module is expected. Try {VARIABLE}={module}, {way_out}."
    importlib.invalidate_caches()  # in a notebook, the file may be younger than the last look into its folder
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if f"{name}.".startswith(f"{error.name}."):
            suggestion = did_you_mean(name, [path.stem for path in Path().glob("*.py")])
            return (
                f"{source}: there is no module {error.name}, neither installed nor in {Path.cwd()}.{suggestion} "
                f"Correct the name, {way_out}."
            )
        return _broken(source, error, way_out)
    except (
        Exception
    ) as error:  # somebody else's code: whatever breaks in it is told as a mistake of the command
        return _broken(source, error, way_out)
    return None


def _broken(source: str, error: Exception, way_out: str) -> str:
    return f"{source} broke while it was imported{_place(error)}: {reason_of(error)}. Repair it, {way_out}."


def _place(error: Exception) -> str:
    """` (line 3 of /home/me/my_module.py)`: where a traceback would end, which nobody is shown."""
    if isinstance(error, SyntaxError):
        return f" (line {error.lineno} of {error.filename})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    own = [frame for frame in frames if "importlib" not in frame.filename]
    return f" (line {own[-1].lineno} of {own[-1].filename})" if own else ""
