"""The `ssvae` command.

In: words typed in a shell. Out: calls to the rooms below. `--help` and completion import no JAX.
"""
