"""What each setting means, read from where it is declared.

In: a recipe class. Out: setting → the text under it. Not here: showing it.
"""

import ast
import inspect
import textwrap
from functools import cache

from ssvae.config.recipe import Recipe

__all__ = ["field_docs"]


@cache
def field_docs(recipe_class: type[Recipe]) -> dict[str, str]:
    """Setting → the text written under it in the class body, those of base classes included."""
    docs: dict[str, str] = {}
    for base in reversed(recipe_class.__mro__):
        if not (isinstance(base, type) and issubclass(base, Recipe)):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        for statement, following in zip(body.body, body.body[1:], strict=False):
            if (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and isinstance(following, ast.Expr)
                and isinstance(following.value, ast.Constant)
            ):
                docs[statement.target.id] = " ".join(str(following.value.value).split())
    return docs
