"""The user's own modules are found, imported once and named; what is wrong with one is told without a traceback."""

import importlib.metadata
import sys
import types
from pathlib import Path

import pytest

from ssvae.errors import ConfigError
from ssvae.plugins import GROUP, announced, load_plugins, plugin_notes


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The current directory, from which nothing imported outlives the test."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SSVAE_PLUGINS", raising=False)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def announcing(monkeypatch):
    """`announcing(entry)` makes it the one entry point of the group."""

    def announce(entry):
        entries = {GROUP: [entry]}
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: entries.get(group, []))
        announced.cache_clear()

    yield announce
    announced.cache_clear()


@pytest.fixture
def named(monkeypatch):
    """`named("one,two")` sets the variable."""
    return lambda text: monkeypatch.setenv("SSVAE_PLUGINS", text)


def module(name: str, text: str = "") -> Path:
    path = Path(f"{name}.py").absolute()
    path.write_text(text)
    return path


def problems() -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_plugins()
    return caught.value.problems


def test_without_plugins_nothing_happens():
    path = [*sys.path]
    assert load_plugins() == ()
    assert plugin_notes() == ()
    assert sys.path == path


@pytest.mark.parametrize(
    "text", ["plugin_one,plugin_two", " plugin_one , plugin_two,", "plugin_one,plugin_two,plugin_one"]
)
def test_modules_of_the_current_directory_are_imported_in_order_each_once(named, text):
    for name in ("plugin_one", "plugin_two"):
        module(name, f"import builtins\nbuiltins.imported_plugins.append({name!r})\n")
    import builtins

    builtins.imported_plugins = []
    try:
        named(text)
        assert load_plugins() == ("plugin_one", "plugin_two")
        assert load_plugins() == ("plugin_one", "plugin_two")
        assert builtins.imported_plugins == ["plugin_one", "plugin_two"]
    finally:
        del builtins.imported_plugins


def test_notes_name_the_file(named):
    path = module("plugin_noted")
    named("plugin_noted")
    assert plugin_notes() == (), "it is not imported yet"
    load_plugins()
    assert plugin_notes() == (f"Plugin plugin_noted, from {path}.",)


def test_a_module_inside_a_package_and_a_bare_folder(named):
    Path("plugin_package").mkdir()
    module("plugin_package/inner", "value = 1\n")
    named("plugin_package.inner,plugin_package")
    assert load_plugins() == ("plugin_package.inner", "plugin_package")
    folder = Path("plugin_package").absolute()
    assert plugin_notes() == (
        f"Plugin plugin_package.inner, from {folder / 'inner.py'}.",
        f"Plugin plugin_package, from {folder}.",
    )


def test_what_is_installed_comes_before_the_current_directory(named):
    """So that a file that happens to be called like a library does not take its place."""
    module("colorsys", "raise RuntimeError('the wrong one')\n")
    named("colorsys")
    assert load_plugins() == ("colorsys",)
    assert sys.path[-1] == str(Path.cwd())


def test_a_plugin_can_import_its_neighbors_later(named):
    module("plugin_neighbor", "value = 7\n")
    module("plugin_late", "def build():\n    import plugin_neighbor\n    return plugin_neighbor.value\n")
    named("plugin_late")
    load_plugins()
    assert sys.modules["plugin_late"].build() == 7


def test_installed_packages_announce_themselves(announcing, named):
    module("plugin_announced")
    module("plugin_named")
    entry = importlib.metadata.EntryPoint("mine", "plugin_announced:register", GROUP)
    announcing(entry)
    named("plugin_named")
    assert load_plugins() == ("plugin_announced", "plugin_named")


def test_a_broken_entry_point_names_its_package(announcing, folder):
    module("plugin_announced", "1 / 0\n")
    sys.path.append(str(folder))
    package = types.SimpleNamespace(name="my-package")
    entry = types.SimpleNamespace(name="mine", module="plugin_announced", dist=package)
    announcing(entry)
    (problem,) = problems()
    assert problem.startswith("The entry point mine of my-package broke while it was imported (line 1 of ")
    assert problem.endswith("): ZeroDivisionError: division by zero. Repair it, or uninstall it.")


class TestMistakes:
    def test_a_module_that_is_not_there(self, named):
        module("plugin_right")
        named("plugin_rigth")
        assert problems() == (
            f"SSVAE_PLUGINS=plugin_rigth: there is no module plugin_rigth, neither installed nor in {Path.cwd()}. "
            "Did you mean 'plugin_right'? Correct the name, or unset SSVAE_PLUGINS.",
        )

    def test_a_package_that_is_not_there(self, named):
        named("plugin_nowhere.inner")
        assert "there is no module plugin_nowhere, neither" in problems()[0]

    def test_a_part_of_a_package_that_is_not_there(self, named):
        Path("plugin_partly").mkdir()
        module("plugin_partly/__init__")
        named("plugin_partly.inner")
        assert "there is no module plugin_partly.inner, neither" in problems()[0]

    @pytest.mark.parametrize(
        ("name", "better"),
        [("plugin_file.py", "plugin_file"), ("./plugin_file.py", "plugin_file"), ("a/b", "a.b")],
    )
    def test_a_file_where_a_module_is_meant(self, named, name, better):
        module("plugin_file", "raise RuntimeError('it must not be imported')\n")
        named(name)
        assert problems() == (
            f"SSVAE_PLUGINS={name} names a file, and a module is expected. Try SSVAE_PLUGINS={better}, "
            "or unset SSVAE_PLUGINS.",
        )

    @pytest.mark.parametrize(
        ("text", "line", "reason"),
        [
            ("x = 1\nraise KeyError('a')\n", 2, "KeyError: 'a'"),
            (
                "import plugin_that_is_missing\n",
                1,
                "ModuleNotFoundError: No module named 'plugin_that_is_missing'",
            ),
            ("x = 1\n\nx = = 2\n", 3, "SyntaxError: invalid syntax"),
            ("from ssvae.priors.recipes import PRIOR\n", 1, "ImportError: cannot import name 'PRIOR'"),
        ],
    )
    def test_a_module_that_breaks(self, named, text, line, reason):
        path = module("plugin_broken", text)
        named("plugin_broken")
        (problem,) = problems()
        assert problem.startswith(
            f"SSVAE_PLUGINS=plugin_broken broke while it was imported (line {line} of {path}): {reason}"
        )
        assert problem.endswith("Repair it, or unset SSVAE_PLUGINS.")

    def test_all_are_told_at_once_and_a_repaired_one_is_imported(self, named):
        module("plugin_first", "1 / 0\n")
        named("plugin_first,plugin_second,plugin_third")
        module("plugin_third")
        assert [problem.split()[0] for problem in problems()] == [
            "SSVAE_PLUGINS=plugin_first",
            "SSVAE_PLUGINS=plugin_second:",
        ]
        module("plugin_first", "value = 'now it is right'\n")
        module("plugin_second")
        assert load_plugins() == ("plugin_first", "plugin_second", "plugin_third")
