import importlib.metadata
import platform

import numpy

from ssvae.runs import software
from ssvae.runs.software import environment_text, read_environment, software_versions


def test_the_environment_is_read_back(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=false --xla_x=1")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    found = read_environment(environment_text())
    assert found["python"] == f"{platform.python_implementation()} {platform.python_version()}"
    assert found["platform"] == platform.platform()
    assert found["machine"] == platform.machine()
    assert found["packages"]["numpy"] == numpy.__version__
    assert found["variables"]["XLA_FLAGS"] == "--xla_cpu_enable_fast_math=false --xla_x=1"
    assert found["variables"]["JAX_PLATFORMS"] == "cpu"
    assert int(found["cores"]) > 0


def test_every_package_is_named_as_python_names_it():
    known = (entry.metadata for entry in importlib.metadata.distributions())
    named = {words["Name"]: words["Version"] for words in known if words["Name"]}
    assert read_environment(environment_text())["packages"].keys() == named.keys()
    assert software_versions()["jax"] == read_environment(environment_text())["packages"]["jax"]


def test_a_package_whose_record_is_gone_is_left_out(tmp_path, monkeypatch):
    for name, text in (
        ("whole", "Metadata-Version: 2.1\nName: whole\nVersion: 1.0\n\nName: other\n"),
        ("half", "Name: half\n"),
    ):
        (tmp_path / f"{name}-1.0.dist-info").mkdir()
        (tmp_path / f"{name}-1.0.dist-info" / "METADATA").write_text(text)
    (tmp_path / "gone-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(software, "_packages", software._packages.__wrapped__)  # which remembers nothing
    packages = read_environment(environment_text())["packages"]
    assert packages["whole"] == "1.0"
    assert not {"half", "gone", "other"} & packages.keys()


def test_no_other_variable_is_recorded_and_no_password(monkeypatch):
    monkeypatch.setenv("MY_API_KEY", "sesame-open")
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "https://me:sesame@example.org/cache\n# cpu: another")
    monkeypatch.setenv("JAX_TOKEN", "sesame-open")
    monkeypatch.setenv("OMP_SECRET", "sesame-open")
    text = environment_text()
    assert "sesame" not in text
    assert not {"JAX_TOKEN", "OMP_SECRET", "MY_API_KEY"} & read_environment(text)["variables"].keys()
    assert read_environment(text)["variables"]["JAX_COMPILATION_CACHE_DIR"].startswith(
        "https://example.org/cache"
    )
    assert read_environment(text)["cpu"] != "another"


def test_an_old_or_an_empty_text_says_what_it_says():
    found = read_environment("# CPython 3.11.7 on Linux\n# 2 CPUs\nnumpy==2.0\n")
    assert (found["python"], found["cpu"], found["packages"], found["variables"]) == (
        None,
        None,
        {"numpy": "2.0"},
        {},
    )


def test_versions_name_what_can_change_a_result():
    versions = software_versions()
    assert versions["python"] == platform.python_version()
    assert {"jax", "jaxlib", "flax", "optax", "numpy", "hydra", "omegaconf", "ssvae"} < set(versions)
