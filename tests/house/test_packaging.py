"""What pyproject.toml says of the package is what lies there: folders, data files, versions."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import ssvae

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
DEPENDENCIES = [
    *PROJECT["project"]["dependencies"],
    *(text for extra in PROJECT["project"]["optional-dependencies"].values() for text in extra),
]


def constraints() -> dict[str, str]:
    """Package → the version that constraints.txt holds it to."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name.strip()): version.split(";")[0].strip() for name, version in pairs}


def shipped(package: str, folder: Path) -> set[Path]:
    """The files that package-data names."""
    return {path for pattern in SETUPTOOLS["package-data"][package] for path in folder.glob(pattern)}


def test_every_folder_with_code_is_a_package_that_travels():
    source = ROOT / "src"
    folders = {path.parent.relative_to(source) for path in source.rglob("*.py")}
    assert all((source / folder / "__init__.py").is_file() for folder in folders)
    assert SETUPTOOLS["packages"] == sorted([".".join(folder.parts) for folder in folders] + ["ssvae.conf"])


def test_every_option_file_travels():
    options = set((ROOT / "conf").rglob("*.yaml"))
    assert options
    assert options <= shipped("ssvae.conf", ROOT / "conf")


def test_every_template_travels():
    room = ROOT / "src" / "ssvae" / "runs" / "reporting" / "rendering"
    others = {path for path in (ROOT / "src" / "ssvae").rglob("*") if path.is_file()}
    others = {path for path in others if path.suffix not in (".py", ".pyc") and path.name[0] != "."}
    assert others
    assert others <= shipped("ssvae.runs.reporting.rendering", room)


def test_the_version_is_said_twice_and_is_one():
    assert ssvae.__version__ == PROJECT["project"]["version"]


@pytest.mark.parametrize("text", DEPENDENCIES)
def test_the_tested_versions_are_allowed_ones(text):
    requirement = Requirement(text)
    version = constraints().get(canonicalize_name(requirement.name))
    assert version, f"{requirement.name} is not in constraints.txt"
    assert requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_no_placeholder_is_left(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"^[A-Z]+(?:_[A-Z]+)+$", text, flags=re.MULTILINE) == []
