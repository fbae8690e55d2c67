"""Saving the figures a plot has drawn, and believing only what is on the disk.

In: a component's result with `Figure` objects. Out: figures/<component>/<stem>.png, and a result that names them.
Not here: drawing (evaluation/plots/).
"""

import dataclasses
import io
import logging
from pathlib import Path
from typing import Any

from ssvae.errors import reason_of
from ssvae.runs.directory import slug
from ssvae.runs.files import subfolder, write_bytes
from ssvae.status import ComponentResult, Status

__all__ = ["save_figures"]

_log = logging.getLogger(__name__)


def save_figures(run_dir: Path, name: str, result: ComponentResult, dpi: int) -> ComponentResult:
    """Write the figures of component `name`.

    Args:
        run_dir: The run's folder.
        name: The component.
        result: What it reported; returned as it is when it drew nothing.
        dpi: Dots per inch.

    Returns:
        The result without its figures, their paths relative to the run's folder in `data["figures"]`. It is
        failed when a figure cannot be drawn or its file comes out empty.

    Raises:
        RunDirectoryError: when the disk refuses: that is no fault of the plot.
    """
    if result.status is not Status.SUCCESS or not result.figures:
        return result
    paths, problems = [], []
    for stem, figure in result.figures.items():
        folder = f"figures/{slug(name)}"
        relative = f"{folder}/{slug(stem)}.png"
        try:
            content = _png(figure, dpi)
        except Exception as error:
            _log.error("%s: the figure '%s' could not be drawn", name, stem, exc_info=True)
            problems.append(f"{stem}: {reason_of(error)}")
            continue
        subfolder(run_dir, folder)
        write_bytes(run_dir / relative, content)
        if content and (run_dir / relative).stat().st_size == len(content):
            paths.append(relative)
        else:
            _log.error("%s: the figure '%s' is an empty file", name, stem)
            problems.append(f"{stem}: the file is empty")
    saved = dataclasses.replace(result, data={**result.data, "figures": paths}, figures={})
    if problems:
        return dataclasses.replace(saved, status=Status.FAILED, reason="; ".join(problems))
    return saved


_PNG = {"compress_level": 2}
"""Of 9: a twentieth of the size more, for a twentieth of the time less."""


def _png(figure: Any, dpi: int) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, pil_kwargs=_PNG)
    return buffer.getvalue()
