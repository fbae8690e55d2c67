"""Programs compiled beforehand: they are those that are called, each is compiled once, and only once asked for."""

import contextvars
import dataclasses
import threading

import jax
import pytest
from jax._src import monitoring

from ssvae.networks.recipes import DenseEncoderConfig
from ssvae.training.fit import fit
from ssvae.training.programs import compile_programs
from ssvae.training.progress import Progress
from ssvae.training.session import Session

COMPILED = "/jax/core/compile/backend_compile_duration"


@pytest.fixture
def compiled():
    """The names of the programs that are compiled meanwhile."""
    found = []

    def listen(event, duration, **words):
        if event == COMPILED:
            found.append(words.get("fun_name", event))

    jax.monitoring.register_event_duration_secs_listener(listen)
    yield found
    monitoring.unregister_event_duration_listener(listen)


def session(config, training, dataset, size, seed=0):
    """Of a structure that no other test has."""
    return Session.prepare(
        dataclasses.replace(config, encoder=DenseEncoderConfig(hidden_sizes=(size,))), training, dataset, seed
    )


def test_what_is_called_afterwards_is_compiled_already(config, training, dataset, compiled):
    new = session(config, training, dataset, 21)
    compiled.clear()
    compile_programs(new)
    assert sorted(compiled) == ["jit(initial_state)", "jit(train_epoch)", "jit(validate)"]
    new.numbers(new.begin(new.first_state(), 1, 1.0))
    assert set(compiled[3:]) <= {"jit(_joined)"}  # which gathers the numbers


def test_they_are_compiled_with_the_settings_of_whoever_calls(config, training, dataset, compiled):
    with jax.default_matmul_precision("highest"):
        new = session(config, training, dataset, 26)
        compiled.clear()
        compile_programs(new)
        new.numbers(new.begin(new.first_state(), 1, 1.0))
    assert sorted(set(compiled) - {"jit(_joined)"}) == [
        "jit(initial_state)",
        "jit(train_epoch)",
        "jit(validate)",
    ]
    assert len(compiled) <= 4


def test_a_state_that_is_gone_on_with_needs_no_first_one(config, training, dataset, compiled):
    new = session(config, training, dataset, 22)
    state = new.first_state()
    compiled.clear()
    compile_programs(new, state)
    assert sorted(compiled) == ["jit(train_epoch)", "jit(validate)"]
    new.begin(state, 5, 1.0)
    assert set(compiled[2:]) <= {"jit(_joined)"}


def test_another_run_of_the_same_structure_asks_for_nothing(config, training, dataset, monkeypatch):
    compile_programs(session(config, training, dataset, 23))
    monkeypatch.setattr("ssvae.training.programs.ThreadPoolExecutor", None)
    compile_programs(session(config, dataclasses.replace(training, learning_rate=1e-4), dataset, 23, seed=1))


def test_it_is_told_when_python_has_done_its_part(config, training, dataset, monkeypatch):
    happened, may_compile = [], threading.Event()

    def compile_later(lowered):
        assert may_compile.wait(10)
        happened.append("compiled")

    def traced():
        happened.append("traced")
        may_compile.set()

    monkeypatch.setattr("ssvae.training.programs._compile", compile_later)
    compile_programs(session(config, training, dataset, 27), when_traced=traced)
    assert happened == ["traced", *["compiled"] * 3]
    compile_programs(session(config, training, dataset, 27, seed=1), when_traced=traced)
    assert happened[4:] == ["traced"]


def test_what_is_said_meanwhile_is_said_in_the_context_of_the_run(config, training, dataset, monkeypatch):
    run, seen = contextvars.ContextVar("run", default="none"), []
    monkeypatch.setattr("ssvae.training.programs._compile", lambda lower: seen.append(run.get()))
    run.set("this one")
    compile_programs(session(config, training, dataset, 25))
    assert seen == ["this one"] * 3


def test_a_training_that_is_over_compiles_nothing(config, training, dataset, observer, monkeypatch):
    done = fit(config, training, dataset, 0, observer)
    monkeypatch.setattr("ssvae.training.fit.compile_programs", None)
    again = fit(config, training, dataset, 0, observer, Progress(done.state, tuple(done.history), done.best))
    assert again.history == done.history


def test_what_cannot_be_compiled_is_told(config, training, dataset, observer, monkeypatch):
    def refuse(lower):
        raise MemoryError("no room")

    monkeypatch.setattr("ssvae.training.programs._compile", refuse)
    other = dataclasses.replace(config, encoder=DenseEncoderConfig(hidden_sizes=(24,)))
    with pytest.raises(MemoryError, match="no room"):
        fit(other, training, dataset, 0, observer)
