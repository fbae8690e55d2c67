"""Commands of a group, called in this process."""

import pytest
from typer.testing import CliRunner


@pytest.fixture
def caller(monkeypatch):
    """`caller(group)("show", folder)` → exit code, standard output, standard error."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(group, *words):
        done = CliRunner().invoke(group, list(map(str, words)))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    return lambda group: lambda *words: call(group, *words)
