"""What the report says and in which order, whatever it will look like: warnings first, settings last.

Made from the files of the run alone, so it can be made again at any time, and for a run that failed. They may come from
a stranger: nothing outside the folder is shown or linked.
In: a run's folder. Out: a `Page`. Not here: computing numbers; Markdown and HTML (markdown_page.py, html_page.py).
"""

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.runs.lifecycle.state import lifecycle
from ssvae.runs.logs import tail
from ssvae.runs.reporting.page import Block, Page, Paragraph, Pointer, Section, Table, line
from ssvae.runs.reporting.record import Record, read_or, read_record
from ssvae.runs.reporting.sections.beginning import description, stop
from ssvae.runs.reporting.sections.component_section import component_section, values_table
from ssvae.runs.reporting.sections.key_numbers import key_numbers
from ssvae.runs.reporting.sections.losses import losses_table
from ssvae.runs.reporting.sections.provenance_table import provenance_table
from ssvae.runs.reporting.sections.repeating import repeating
from ssvae.runs.reporting.sections.settings_section import settings_section
from ssvae.runs.reporting.sections.warnings_section import checks_section, warnings_section
from ssvae.runs.reporting.verdict import verdict
from ssvae.runs.reporting.words import reason_line, status_word

__all__ = ["compose"]

_LOG_LINES = 20


def compose(run_dir: Path, state: Mapping[str, Any] | None = None) -> Page:
    """The page. What is missing or damaged is said in it; nothing is left out silently.

    Args:
        run_dir: The run's folder.
        state: How the run ends, when that is about to be written; None for what state.json says.
    """
    record = read_record(run_dir)
    if state is not None:
        record = dataclasses.replace(record, state=state)
    life = lifecycle(record.state)
    title = record.header.get("name") or record.run.get("name") or run_dir.name
    return Page(
        title=str(title),
        lifecycle=life,
        verdict=verdict(record.state, record.components, record.history, record.training),
        blocks=tuple(description(record)),
        sections=(
            *([_stop(run_dir, record)] if life not in ("completed", "running") else []),
            *_sections(run_dir, record),
        ),
    )


def _stop(run_dir: Path, record: Record) -> Section:
    """Before the warnings are listed: a log that cannot be read is one of them."""
    log = read_or(functools.partial(tail, lines=_LOG_LINES), run_dir, [], record.problems)
    return stop(run_dir, record, log)


def _sections(run_dir: Path, record: Record) -> Sequence[Section]:
    header, components = record.header, record.components
    anchors = _anchors(components)
    provenance = provenance_table(run_dir, header, record.config, record.state, record.run)
    return (
        warnings_section(record),
        checks_section(record),
        key_numbers(record.metrics, components),
        _losses(record),
        *([_training(record)] if record.training else []),
        Section("Provenance", "provenance", (provenance,)),
        repeating(run_dir, header),
        _components(run_dir, components, anchors),
        settings_section(run_dir, header),
    )


def _losses(record: Record) -> Section:
    epoch = record.training.get("best_epoch")
    table = losses_table(record.history, epoch if isinstance(epoch, int) else None)
    said = "Raw value × weight = contribution, on the training images."
    blocks: tuple[Block, ...] = (Paragraph(line(said)), table) if table else ()
    return Section(
        "Losses at the end", "losses", blocks or (Paragraph(line("None: no epoch was finished.")),)
    )


def _training(record: Record) -> Section:
    """With what the component of that name says of the same facts."""
    entry = record.components.get("training") or {}
    meanings, references = entry.get("meanings") or {}, entry.get("references") or {}
    meanings = {"parameters": "numbers that training changes"} | meanings
    return Section("Training", "training", (values_table(record.training, meanings, references, "Training"),))


def _components(
    run_dir: Path, components: Mapping[str, Mapping[str, Any]], anchors: Mapping[str, str]
) -> Section:
    """All of them in one table, then each on its own."""
    rows = tuple(
        (
            line(Pointer(name, anchors[name])),
            line(status_word(entry.get("status"))),
            reason_line(entry),
        )
        for name, entry in components.items()
    )
    nothing = Paragraph(line("None is recorded: the run ended before it had listed them."))
    table = Table(("Component", "Status", "Reason"), rows, "Components", is_sortable=True)
    return Section(
        "Components",
        "components",
        (table if rows else nothing,),
        tuple(component_section(run_dir, name, anchors[name], entry) for name, entry in components.items()),
    )


def _anchors(names: Mapping[str, Any]) -> dict[str, str]:
    """Name → anchor; a number keeps apart those whose letters are the same. Two hyphens are in no name's letters."""
    anchors: dict[str, str] = {}
    for number, name in enumerate(names):
        anchor = f"component-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')[:60]}"
        anchors[name] = f"{anchor}--{number}" if anchor in anchors.values() else anchor
    return anchors
