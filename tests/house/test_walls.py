"""The walls of the house: imports go down, and what only one room may do, only that room does."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ssvae"
FILES = sorted(PACKAGE.rglob("*.py"))


def calls(path: Path) -> set[str]:
    """The dotted names that a file calls."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_imports_go_downward_only():
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command, "import-linter is part of the [dev] extra"
    finished = run(command)
    assert finished.returncode == 0, finished.stdout


def test_only_binding_splits_and_merges():
    users = [path for path in FILES if calls(path) & {"nnx.split", "nnx.merge"}]
    assert users == [PACKAGE / "networks" / "binding.py"]


def test_no_transform_of_nnx_is_used():
    """jax.jit, grad, vmap and scan work on plain parameters; the nnx versions would hide state in modules."""
    forbidden = {f"nnx.{name}" for name in ("jit", "grad", "value_and_grad", "vmap", "scan", "Optimizer")}
    assert [path for path in FILES if calls(path) & forbidden] == []


WRITERS = ("write_text", "write_bytes", "mkdir", "unlink", "rename", "replace", "rmdir", "touch", "rmtree")


def writes(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name.startswith("os.") and name.rpartition(".")[2] in (*WRITERS, "makedirs", "remove", "open"):
            return True
        is_path_method = isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS
        if is_path_method and node.func.attr not in ("replace",) and "Path" in ast.unparse(node):
            return True
        if name == "open" and len(node.args) > 1 and any(c in ast.unparse(node.args[1]) for c in "wax"):
            return True
    return False


def test_only_runs_writes_files():
    assert [str(path.relative_to(PACKAGE)) for path in FILES if writes(path) and room(path) != "runs"] == []


BROAD = {
    "evaluation/collect.py",  # a metric that breaks becomes a result that says so
}


def catches_everything(path: Path) -> bool:
    handlers = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ExceptHandler)]
    return any(h.type is None or ast.unparse(h.type) in {"Exception", "BaseException"} for h in handlers)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_door_has_its_plate(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    doc = ast.get_docstring(tree) or ""
    assert doc, "the first lines say what happens here, what comes in and what goes out"
    has_code = any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in tree.body)
    if has_code:
        assert "In:" in doc, doc
        assert "Out:" in doc, doc
        assert any(isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__" for n in tree.body)
    assert "from __future__ import annotations" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
