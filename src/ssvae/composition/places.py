"""Where YAML and code are, for one command.

In: sorted words, the folder train.py names. Out: `Places`. Not here: reading what is there.
"""

import dataclasses
import importlib.resources
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

import ssvae
from ssvae.composition.words import Words

__all__ = ["BUILT_IN", "CONF_D", "Places", "find_places"]

BUILT_IN = "ssvae.conf"
"""The package that holds conf/ where ssvae is installed."""

CONF_D = "conf.d"
"""A folder of this name in the current directory is searched without being asked for."""

PRIMARY = "config"
"""The file everything starts from, conf/config.yaml."""


@dataclasses.dataclass(frozen=True)
class Places:
    """One command's folders."""

    config_path: str
    """conf/ as Hydra wants it: an absolute folder, or `pkg://` and a package."""
    config_name: str = PRIMARY
    user_folders: tuple[Path, ...] = ()
    """Searched before conf/, in this order."""
    code_folder: Path = Path()
    """Where git is asked about the code."""
    base_config: str = "conf/config.yaml"
    """What the record calls the file everything started from."""
    warnings: tuple[str, ...] = ()
    """What the log of each run should warn of."""

    @property
    def conf(self) -> Traversable:
        """conf/ to read from."""
        package = self.config_path.removeprefix("pkg://")
        return Path(self.config_path) if package == self.config_path else importlib.resources.files(package)

    def notes(self) -> tuple[str, ...]:
        """One line for each file of the user's that is used instead of one of ours."""
        return tuple(self._hidden())

    def _hidden(self) -> Iterator[str]:
        for folder in self.user_folders:
            for file in sorted(folder.rglob("*.yaml")):
                name = file.relative_to(folder).as_posix()
                if self.conf.joinpath(name).is_file():
                    yield f"{file} is used instead of the built-in conf/{name}."


def find_places(words: Words, config_directory: Path | None) -> Places:
    """Where this command's YAML and code are.

    Args:
        words: `--config-path`, `--config-name`, `--config-dir` and `--config` count.
        config_directory: conf/ of the clone that train.py lies in; None for the one that is installed.
    """
    name = words.config_name or PRIMARY
    named = [word.text for word in words.config_dirs]
    own = dict.fromkeys(Path(folder) for folder in (*named, CONF_D))
    base = f"{words.config_path or 'conf'}/{name.removesuffix('.yaml')}.yaml"
    # One that does not exist is a mistake told elsewhere, and the others are looked for in the usual place.
    own_conf = Path(words.config_path) if words.config_path and Path(words.config_path).is_dir() else None
    folder = own_conf or config_directory
    code_folder, warnings = _code(config_directory.absolute().parent if config_directory else None)
    return Places(
        config_path=str(folder.absolute()) if folder else f"pkg://{BUILT_IN}",
        config_name=name,
        user_folders=tuple(path for path in own if path.is_dir()),
        code_folder=code_folder,
        base_config=", ".join(word.text for word in words.config_files) or base,
        warnings=warnings,
    )


def _code(clone: Path | None) -> tuple[Path, tuple[str, ...]]:
    """Where the code that runs is, and a warning when that is not the clone whose train.py was called."""
    package = Path(ssvae.__file__).resolve().parent
    if clone is None:
        return package, ()
    # In src/, not anywhere in the clone: it may hold an environment with a copy installed.
    source = clone.resolve() / "src"
    if package.is_relative_to(source) or _same_code(package, source / "ssvae"):
        return clone, ()
    warning = (
        f"ssvae runs from {package}, not from this clone; changes in {clone / 'src'} have no effect. "
        "Install the clone with pip install -e ."
    )
    return package, (warning,)


def _same_code(installed: Path, source: Path) -> bool:
    """Whether a copy made by `pip install .` still is what the clone has; then the clone's commit is its commit."""
    files = sorted(path.relative_to(source) for path in source.rglob("*.py"))
    try:
        return bool(files) and all(
            (installed / file).read_bytes() == (source / file).read_bytes() for file in files
        )
    except OSError:  # a file that only one of them has
        return False
