"""`import ssvae` offers all that a notebook needs, each name from its own room, and brings nothing until it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ssvae
from ssvae import errors
from ssvae.composition.names import VARIANTS

SOURCE = Path(ssvae.__file__).read_text(encoding="utf-8")


def told_to_type_checkers() -> dict[str, str]:
    """Name → module, of the imports that only a type checker follows."""
    (block,) = [
        node
        for node in ast.parse(SOURCE).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return {alias.name: node.module for node in block.body for alias in node.names}


@pytest.mark.parametrize("name", ssvae.__all__)
def test_every_name_is_there_and_is_what_type_checkers_are_told(name):
    value = getattr(ssvae, name)
    if name != "__version__":
        home = sys.modules[told_to_type_checkers()[name]]
        assert value is getattr(home, name)
        assert name in home.__all__


def test_type_checkers_are_told_nothing_else():
    assert {*told_to_type_checkers(), "__version__"} == set(ssvae.__all__)
    assert len(set(ssvae.__all__)) == len(ssvae.__all__)


def test_every_recipe_that_can_be_chosen_is_offered():
    """A recipe that was added is missing in src/ssvae/__init__.py."""
    recipes = {recipe.__name__ for table in VARIANTS.values() for recipe in table.values()}
    assert recipes - set(ssvae.__all__) == set()


def test_every_error_is_offered():
    """`Interrupted` is none: like Ctrl-C, it passes through a notebook."""
    types = {
        name
        for name in errors.__all__
        if isinstance(kind := getattr(errors, name), type) and issubclass(kind, errors.SSVAEError)
    }
    assert types
    assert types - set(ssvae.__all__) == set()


def test_dir_lists_what_was_not_used_yet():
    assert set(ssvae.__all__) <= set(dir(ssvae))


def test_what_is_not_there_is_no_attribute_but_rooms_can_still_be_imported():
    with pytest.raises(AttributeError, match="module 'ssvae' has no attribute 'trian'"):
        ssvae.trian  # noqa: B018
    from ssvae import status

    assert status.__name__ == "ssvae.status"


@pytest.mark.parametrize(
    ("code", "is_light"),
    [
        ("import ssvae; dir(ssvae); ssvae.__version__", True),
        (
            "from ssvae import SSVAEConfig, MixturePriorConfig, ConfigError, DigitsConfig, TrainingConfig",
            True,
        ),
        ("import ssvae; hasattr(ssvae, 'nothing')", True),
        ("from ssvae import dataset_from_arrays, Dataset", True),
        ("from ssvae import train", False),
    ],
)
def test_nothing_heavy_comes_before_it_is_used(code, is_light):
    code += "; import sys; print('jax' in sys.modules, 'matplotlib' in sys.modules, 'hydra' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert finished.stdout.split() == [str(not is_light), "False", "False"], finished.stderr
