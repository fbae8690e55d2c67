"""The first thing a report says: whether the run came to its end, and if not, where and why it stopped.

In: the content of a run's files. Out: one line. Not here: the rest of the report.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ssvae.runs.lifecycle.state import lifecycle
from ssvae.runs.reporting.numbers import shown
from ssvae.runs.reporting.page import Line, Words, line
from ssvae.runs.reporting.words import STATUS_WORDS, status_word

__all__ = ["verdict", "where"]


def verdict(
    state: Mapping[str, Any],
    components: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    training: Mapping[str, Any],
) -> Line:
    """One line: the outcome, how long it took, the best epoch, how the components fared."""
    life = lifecycle(state)
    parts = []
    if life == "completed":
        parts.append(_achieved(history, training))
    elif life == "running":
        parts.append(f"this report is of a run still going ({where(state, history)})")
    elif life == "lost":
        parts.append(f"the process ended without a word, {where(state, history)}; killed, or out of memory")
    else:
        parts.append(where(state, history))
    if duration := _duration(state):
        parts.append(duration)
    if components:
        parts.append(_counts(components))
    rest = "".join(f" · {part}" for part in parts if part)
    return line(Words(life.capitalize(), is_strong=True), *([rest] if rest else []))


def where(state: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> str:
    """`while training, after epoch 12`."""
    phase = f"while {state['phase']}" if state.get("phase") else None
    if history:
        return ", ".join(filter(None, (phase, f"after epoch {history[-1].get('epoch')}")))
    return f"{phase or 'before it had begun'}, before the first epoch ended"


def _achieved(history: Sequence[Mapping[str, Any]], training: Mapping[str, Any]) -> str:
    if not history:
        return ""
    best = f", best {shown(training['best_epoch'])}" if "best_epoch" in training else ""
    return f"{len(history)} epochs{best}"


def _duration(state: Mapping[str, Any]) -> str:
    try:
        started, updated = (datetime.fromisoformat(state[key]) for key in ("started", "updated"))
        seconds = int((updated - started).total_seconds())
    except (KeyError, TypeError, ValueError):
        return ""
    hours, minutes = seconds // 3600, seconds // 60 % 60
    short = f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
    duration = f"{hours} h {minutes} min" if hours else short
    # Of a run that was gone on with, the time between its stretches counts too.
    return f"{duration} from its first start" if state.get("resumptions") else duration


def _counts(components: Mapping[str, Any]) -> str:
    counts = Counter(status_word(entry.get("status")) for entry in components.values())
    known = [word for word in STATUS_WORDS.values() if word in counts]
    words = [f"{counts[word]} {word.lower()}" for word in [*known, *sorted(counts.keys() - {*known})]]
    return f"{len(components)} components: {', '.join(words)}"
