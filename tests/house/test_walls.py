"""The walls of the house: imports go down, and what only one room may do, only that room does."""

import ast
import configparser
import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ssvae"
FILES = sorted(PACKAGE.rglob("*.py"))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    """`runs/files.py`."""
    return path.relative_to(PACKAGE).as_posix()


def calls(path: Path) -> set[str]:
    """The dotted names that a file calls."""
    tree = ast.parse(text(path))
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


def modules(folder: Path) -> set[str]:
    """The rooms and files of a folder as they are imported."""
    dotted = ".".join(folder.relative_to(PACKAGE.parent).parts)
    found = {
        path.stem for path in folder.iterdir() if (path / "__init__.py").is_file() or path.suffix == ".py"
    }
    return {f"{dotted}.{stem}" for stem in found - {"__init__"}}


@pytest.mark.parametrize(
    ("contracts", "free"),
    [
        (("hydra", "hydra_in_cli"), {"ssvae.composition"}),
        (("optax",), {"ssvae.training"}),
        (("matplotlib",), {"ssvae.evaluation.plots"}),
    ],
)
def test_a_library_of_one_room_is_forbidden_to_all_others(contracts, free):
    """import-linter checks the modules it is told; a new room or file must be told."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    sources = [
        parser[f"importlinter:contract:{contract}"]["source_modules"].split() for contract in contracts
    ]
    everywhere = modules(PACKAGE)
    if "ssvae.evaluation.plots" in free:  # a part of a room, whose other parts are told one by one
        everywhere = everywhere - {"ssvae.evaluation"} | modules(PACKAGE / "evaluation")
    assert sorted(itertools.chain(*sources)) == sorted(everywhere - free)


def test_only_binding_splits_and_merges():
    users = [path for path in FILES if calls(path) & {"nnx.split", "nnx.merge"}]
    assert users == [PACKAGE / "networks" / "binding.py"]


def test_no_transform_of_nnx_is_used():
    """jax.jit, grad, vmap and scan work on plain parameters; the nnx versions would hide state in modules."""
    forbidden = {f"nnx.{name}" for name in ("jit", "grad", "value_and_grad", "vmap", "scan", "Optimizer")}
    assert [path for path in FILES if calls(path) & forbidden] == []


WRITERS = {
    *("write_text", "write_bytes", "mkdir", "makedirs", "touch", "unlink", "rmdir", "rename", "rmtree"),
    *("save", "savez", "savez_compressed", "savetxt", "savefig", "save_file", "tofile"),
    *("symlink_to", "hardlink_to", "copyfile", "copytree", "truncate"),
}
"""What is never called but to change files, whatever stands before the point."""

WRITERS_OF_OS = {"open", "remove", "removedirs", "replace", "renames", "symlink", "link", "write"}

WRITING_ELSEWHERE: dict[str, str] = {
    "stopping.py": "one line on standard error, from within a signal, where nothing else may be called"
}
"""File outside runs/ → why it may write."""


def writes(source: str) -> bool:
    """Whether a call in the code changes files, as far as its name and its mode tell."""
    return any(is_writing(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def is_writing(call: ast.Call) -> bool:
    owner, _, word = ast.unparse(call.func).rpartition(".")
    if (owner and word in WRITERS) or (owner == "os" and word in WRITERS_OF_OS):
        return True
    if word == "replace":  # of a path it takes one argument, of a text two, of a dataclass or a time keywords
        return bool(owner) and len(call.args) == 1 and not call.keywords
    return word == "open" and any(may_write(mode) for mode in modes(call, is_method=bool(owner)))


def modes(call: ast.Call, *, is_method: bool) -> list[ast.expr]:
    """What may be the mode of an `open`: of a method the first argument, or the second (`gzip.open`)."""
    places = call.args[0:2] if is_method else call.args[1:2]
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    return [*named, *(place for place in places if not is_method or isinstance(place, ast.Constant))]


def may_write(mode: ast.expr) -> bool:
    if not isinstance(mode, ast.Constant):
        return True  # only known when it runs
    letters = set(str(mode.value))
    return letters <= set("rwxabt+") and bool(letters & set("wax+"))


@pytest.mark.parametrize(
    "line",
    [
        "path.write_text('x')",
        "run_dir.mkdir()",
        "(run_dir / 'x').write_bytes(b'')",
        "Path('x').touch()",
        "path.unlink(missing_ok=True)",
        "path.rmdir()",
        "path.rename(other)",
        "path.replace(other)",
        "np.save(p, a)",
        "np.savez(p, a=a)",
        "figure.savefig(p)",
        "shutil.rmtree(p)",
        "open(p, 'w')",
        "open(p, mode='w')",
        "open(p, 'r+b')",
        "open(p, mode)",
        "path.open('w')",
        "path.open(mode='ab')",
        "gzip.open(p, 'xb')",
        "os.open(p, flags)",
        "os.makedirs(p)",
        "os.remove(p)",
        "os.rename(a, b)",
        "os.replace(a, b)",
    ],
)
def test_a_line_that_writes_is_seen(line):
    assert writes(line)


@pytest.mark.parametrize(
    "line",
    [
        "text.replace('a','b')",
        "dataclasses.replace(result, status=failed)",
        "open(p)",
        "open(p, 'rb')",
        "open(p, encoding='utf-8')",
        "path.open()",
        "path.open('rb')",
        "gzip.open(p)",
        "sys.stdout.write(x)",
        "path.read_text()",
        "save(x)",
    ],
)
def test_a_line_that_only_reads_is_left_alone(line):
    assert not writes(line)


def test_only_runs_writes_files():
    found = {name(path) for path in FILES if writes(text(path)) and room(path) != "runs"}
    assert found == set(WRITING_ELSEWHERE)


BROAD = {
    "composition/lane.py": "what ends a job in a thread is carried to the thread that waits for it",
    "composition/lanes.py": "what ends one job for all of them is raised inside each; the exception goes on",
    "composition/overlapping.py": "what ends one job for all of them is raised inside each; the exception goes on",
    "composition/callbacks.py": "what goes wrong before or after a job belongs to that job, not to the sweep",
    "composition/sweeps/in_progress.py": "whatever ends an attempt stands in the record; the exception goes on",
    "composition/task.py": "a run that fails, in whatever way, is kept as failed, and the next one starts",
    "session.py": "whatever ends a run, its record is closed; the exception goes on",
    "cli/resuming.py": "whatever ended the run is in its log by then, and becomes the exit code",
    "training/ensemble/together.py": "what goes wrong with one run must not end those that are trained with it",
    "plugins.py": "a plugin is somebody else's code; whatever breaks in it is told as a mistake",
    "evaluation/checks.py": "a detector that breaks becomes a check that says so",
    "evaluation/collect.py": "a metric that breaks becomes a result that says so",
    "runs/figures.py": "a figure that cannot be drawn becomes a failed result",
    "runs/files.py": "the temporary file goes, whatever happened; the exception goes on",
    "runs/logs.py": "logging never ends a run: the standard library's own handlers do the same",
}
"""File → why it may catch everything."""


def catches_everything(source: str) -> bool:
    """Whether the code holds an `except` or a `suppress` that nothing passes."""
    for node in ast.walk(ast.parse(source)):
        caught: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                return True
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "suppress":
            caught = node.args
        if {ast.unparse(one) for one in caught} & {"Exception", "BaseException"}:
            return True
    return False


@pytest.mark.parametrize(
    ("handler", "is_broad"),
    [
        ("except:", True),
        ("except Exception:", True),
        ("except BaseException as error:", True),
        ("except (ValueError, Exception):", True),
        ("except ValueError:", False),
        ("except (OSError, KeyError) as error:", False),
    ],
)
def test_a_handler_of_everything_is_seen(handler, is_broad):
    assert catches_everything(f"try:\n    f()\n{handler}\n    pass") is is_broad


def test_a_suppression_of_everything_is_seen():
    assert catches_everything("with contextlib.suppress(Exception): f()")
    assert not catches_everything("with contextlib.suppress(OSError): f()")


def test_who_catches_everything():
    assert {name(path) for path in FILES if catches_everything(text(path))} == set(BROAD)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_door_has_its_plate(path):
    tree = ast.parse(text(path))
    doc = ast.get_docstring(tree) or ""
    assert doc, "the first lines say what happens here, what comes in and what goes out"
    has_code = any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in tree.body)
    if has_code:
        assert "In:" in doc, doc
        assert "Out:" in doc, doc
        assert any(isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__" for n in tree.body)
    assert "from __future__ import annotations" not in text(path)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_rooms_stay_small(path):
    assert len(text(path).splitlines()) <= 300
