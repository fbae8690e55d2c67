"""The commands of `ssvae`.

In: words typed in a shell. Out: calls to the rooms below, an exit code. Importing this imports no JAX.
Not here: what the commands do.
"""

from typing import Annotated

import typer

from ssvae.cli.reporting import report
from ssvae.cli.reproducing import reproduce
from ssvae.cli.resuming import resume
from ssvae.cli.runs import runs
from ssvae.cli.sweeps import sweep
from ssvae.cli.why import why

__all__ = ["application", "main"]

application = typer.Typer(
    help="Compose, train and record semi-supervised VAE experiments.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_AS_TYPED = {"ignore_unknown_options": True, "help_option_names": []}
"""For commands whose words belong to composition/, `--help` among them."""

Words = Annotated[
    list[str] | None, typer.Argument(help="group=option, key=value, flags; see ssvae train --help.")
]


def main() -> None:
    """The console script."""
    from ssvae.runs.console import open_closed_streams

    open_closed_streams()
    application(prog_name="ssvae")


@application.command(context_settings=_AS_TYPED, add_help_option=False)
def train(words: Words = None) -> None:
    """Train one model, or a sweep: the same program as `python train.py`."""
    from ssvae.composition.app import main as run

    run(arguments=words or ())


@application.command(context_settings=_AS_TYPED, add_help_option=False)
def check(words: Words = None) -> None:
    """Tell all mistakes in the words of a `train` command, or print every setting it would run with."""
    from ssvae.composition.preview import preview

    raise typer.Exit(preview(words or ()))


application.add_typer(runs, name="runs")
application.add_typer(sweep, name="sweep")
application.command()(resume)
application.command()(reproduce)
application.command()(why)
application.command()(report)
