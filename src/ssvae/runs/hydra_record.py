"""Hydra's own record of a job, without secrets: it repeats every word that was typed.

In: a folder that Hydra has written into. Out: the same files; one that holds a secret is written anew without it.
Not here: what is a secret (secrets.py).
"""

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
        content = load_yaml(path.read_text(encoding="utf-8"))
        if (clean := redacted("", content)) != content:
            write_text(path, yaml.safe_dump(clean, sort_keys=False, allow_unicode=True))
