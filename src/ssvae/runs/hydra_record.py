"""Hydra's own record of a job, without secrets: it repeats every word that was typed.

In: a folder that Hydra has written into. Out: the same files; one that holds a secret is written anew without it.
Not here: what is a secret (secrets.py).
"""

import functools
from collections.abc import Iterable
from pathlib import Path

import yaml

from ssvae.runs.files import write_text
from ssvae.runs.redaction import redacted
from ssvae.runs.yaml_text import load_yaml

__all__ = ["without_hydras_secrets"]


def without_hydras_secrets(files: Iterable[Path]) -> None:
    """Take secrets out of YAML files of Hydra's; those without any keep every byte.

    Raises:
        RunDirectoryError: when the disk refuses.
    """
    for path in files:
        if (clean := _without_secrets(path.read_text(encoding="utf-8"))) is not None:
            write_text(path, clean)


@functools.lru_cache(maxsize=16)  # the jobs of a sweep have the file of the sweep in common
def _without_secrets(text: str) -> str | None:
    """The YAML without its secrets; None when it holds none."""
    content = load_yaml(text)
    clean = redacted("", content)
    return None if clean == content else yaml.safe_dump(clean, sort_keys=False, allow_unicode=True)
