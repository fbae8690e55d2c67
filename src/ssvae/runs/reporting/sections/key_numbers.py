"""The key numbers, beside those of simple methods on the same split.

In: the metrics of summary.json, and the components that measured them. Out: a section.
Not here: computing either; all other numbers of a component (component_section.py).
"""

import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.runs.reporting.page import Block, Code, Line, Number, Paragraph, Section, Table, Words, line
from ssvae.runs.reporting.sections.metric_origins import Origin, origins
from ssvae.runs.reporting.words import explained, reason_line, status_word

__all__ = ["key_numbers"]

_HEADLINES = (
    "metric.accuracy.test",
    "metric.accuracy.val",
    "metric.classifier.ece.test",
    "metric.elbo.test",
    "metric.log_marginal*",
    "metric.clustering.accuracy.test",
    "metric.clustering.purity.test",
    "metric.k_eff",
    "metric.information",
    "metric.latent.active_units",
)
"""What a reader asks first, in this order; `*` stands for anything."""

_ERRORS = (
    "± is the standard error over the test images alone. Another label draw or seed moves a number by more; two models "
    "on the same images are compared image by image (predictions/), which resolves smaller differences."
)

_BASELINE = "metric.baseline."
_BASELINES = "baselines"
"""The component that measures them."""
_BOUND = "bound"
"""The component that knows what nats compare with."""


def key_numbers(metrics: Mapping[str, Any], components: Mapping[str, Mapping[str, Any]]) -> Section:
    """The headlines, then all others.

    Args:
        metrics: Key → value.
        components: Of a `Record`.
    """
    own, baselines = _parted(metrics)
    headlines = [key for pattern in _HEADLINES for key in sorted(own) if fnmatch.fnmatchcase(key, pattern)]
    known = origins(own, components)
    blocks: list[Block] = []
    if any(key in known and known[key].error is not None for key in own):
        blocks.append(Paragraph(line(_ERRORS)))
    if headlines:
        blocks.append(_table({key: own[key] for key in headlines}, baselines, known, "Key numbers"))
    blocks += _missing(components.get(_BASELINES))
    blocks += _nats(components.get(_BOUND))
    if others := {key: value for key, value in own.items() if key not in headlines}:
        blocks += [Paragraph(line("All other numbers that were measured:"))] if headlines else []
        blocks.append(_table(others, baselines, known, "Other numbers"))
    if not own:
        blocks.append(Paragraph(line("None: no component has measured anything.")))
    return Section("Key numbers", "key-numbers", tuple(blocks))


def _parted(metrics: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """(the model's own, key → {baseline: its value}); one that the model has no number for stays among its own."""
    own: dict[str, Any] = {}
    baselines: dict[str, dict[str, Any]] = {}
    for key, value in metrics.items():
        name, _, rest = key.removeprefix(_BASELINE).partition(".")
        if key.startswith(_BASELINE) and f"metric.{rest}" in metrics:
            baselines.setdefault(f"metric.{rest}", {})[name] = value
        else:
            own[key] = value
    return own, baselines


def _table(
    metrics: Mapping[str, Any],
    baselines: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, Origin],
    title: str,
) -> Table:
    """Name, value, baselines where there are any, meaning where any is known."""
    with_baselines = any(key in baselines for key in metrics)
    with_meanings = any(key in known and known[key].meaning for key in metrics)
    meanings = _meanings(metrics, known)
    columns = ["Name", "Value"]
    columns += ["Baselines on the same split"] if with_baselines else []
    columns += ["Meaning"] if with_meanings else []
    rows = [
        (
            line(Code(key)),
            _value(value, known.get(key)),
            *([_beside(baselines.get(key, {}))] if with_baselines else []),
            *([meanings[key]] if with_meanings else []),
        )
        for key, value in metrics.items()
    ]
    return Table(tuple(columns), tuple(rows), title, is_sortable=True)


def _meanings(metrics: Mapping[str, Any], known: Mapping[str, Origin]) -> dict[str, Line]:
    """What each key means, said once for those in a row that mean the same."""
    shown: dict[str, Line] = {}
    before = ""
    for key in metrics:
        meaning = known[key].meaning if key in known else ""
        shown[key] = line("as above") if meaning and meaning == before else explained(meaning)
        before = meaning
    return shown


def _value(value: Any, origin: Origin | None) -> Line:
    if origin is None or origin.error is None:
        return line(Number(value))
    return line(Number(value), " ± ", Number(origin.error, digits=2))


def _beside(baselines: Mapping[str, Any]) -> Line:
    parts = [
        part for name, value in baselines.items() for part in (Words(", "), Words(f"{name} "), Number(value))
    ]
    return line(*parts[1:])


def _nats(entry: Mapping[str, Any] | None) -> Iterator[Block]:
    """Without the likelihood, no number of nats means anything."""
    data = (entry or {}).get("data") or {}
    facts = [
        f"{data[key]}" for key in ("likelihood", "binarization", "note") if isinstance(data.get(key), str)
    ]
    if facts:
        yield Paragraph(line(Words("Nats", is_strong=True), f" are of p(x|z) = {'; '.join(facts)}"))


def _missing(entry: Mapping[str, Any] | None) -> Iterator[Block]:
    """Why there are no baselines, where there are none."""
    if entry is None or entry.get("status") == "success":
        return
    status = status_word(entry.get("status")).lower()
    parts: list[Any] = [Words("No baselines beside them", is_strong=True), f" ({status})"]
    parts += [": ", *reason_line(entry)] if entry.get("reason") else []
    parts += [". To enable: ", Code(str(entry["remedy"]))] if entry.get("remedy") else []
    yield Paragraph(line(*parts))
