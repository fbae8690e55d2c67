"""No setting that nobody reads: every field of every recipe is asked for somewhere in the package."""

import ast
import dataclasses
from pathlib import Path

import pytest

from ssvae.composition.names import VARIANTS
from ssvae.config import Recipe, setting
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.experiment import RecordConfig
from ssvae.model.recipes import ModelConfig
from ssvae.training.recipes import TrainingConfig

PACKAGE = Path(__file__).parents[2] / "src" / "ssvae"
RECIPES: list[type[Recipe]] = [
    *(recipe for table in VARIANTS.values() for recipe in table.values()),
    *(EvaluationConfig, ModelConfig, RecordConfig, TrainingConfig),
]

READ_BY_NAME = {
    **dict.fromkeys(
        [field.name for field in dataclasses.fields(ModelConfig) if field.name.endswith("_weight")], "TERMS"
    ),
    **dict.fromkeys([field.name for field in dataclasses.fields(RecordConfig)], "the header of config.yaml"),
}
"""Fields that a table names, so that no line says `.field`."""


def names_read() -> set[str]:
    """Every word that follows a point in the code of the package, where it is read and not called or written."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.attr)
    return found


def unread(recipe: type[Recipe], read: set[str]) -> list[str]:
    fields = [field.name for field in dataclasses.fields(recipe)]
    return [name for name in fields if name not in read and name not in READ_BY_NAME]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.__name__)
def test_every_setting_is_read(recipe):
    assert unread(recipe, names_read()) == []


def test_terms_name_the_weights_they_are_trusted_with():
    from ssvae.model.terms import TERMS

    named = {term.weight for term in TERMS.values()}
    assert {name for name, by in READ_BY_NAME.items() if by == "TERMS"} == named


def test_a_setting_nobody_reads_would_be_seen():
    @dataclasses.dataclass(frozen=True)
    class MadeUp(Recipe):
        activation: str = "relu"
        use_everything_twice: bool = setting(False)

    assert unread(MadeUp, names_read()) == ["use_everything_twice"]
