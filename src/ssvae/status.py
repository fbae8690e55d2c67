"""What a metric or a plot reports: done, not applicable and why, or failed and why; and what a run warns of.

In: reasons and values. Out: `ComponentResult`, `Finding`. Not here: who computes it, where it is written.
"""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

__all__ = ["ComponentResult", "Finding", "Status"]


class Status(enum.StrEnum):
    """The state of a component; `NOT_RUN` is how every component of a run starts."""

    NOT_RUN = "not_run"
    SUCCESS = "success"
    DISABLED = "disabled"
    FAILED = "failed"


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something a run warns of: what was seen, what it means, what to try."""

    kind: str
    """One word, such as `posterior_collapse`."""
    text: str
    """What was seen, in a sentence with its numbers."""
    meaning: str = ""
    """What follows from it, in a sentence; empty when the text says so itself."""
    remedy: str = ""
    """What to type or to do, as it follows `Try`; empty when there is nothing, or the text says so itself."""

    def sentences(self) -> str:
        """All of it, for a log."""
        return " ".join(filter(None, (self.text, self.meaning, f"Try {self.remedy}." if self.remedy else "")))


@dataclasses.dataclass(frozen=True)
class ComponentResult:
    """The answer of one metric or plot provider.

    Make it with `success`, `disabled` or `failed`: each asks for what its state owes the reader.
    """

    status: Status
    reason: str | None = None
    """Why it is disabled, failed or not run, in words a user understands. None for a success."""
    remedy: str | None = None
    """What to type to enable it, such as `classifier=tau`. Only for a disabled component."""
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """Numbers, texts and nested lists that JSON can hold."""
    figures: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """File stem → matplotlib `Figure`, for a plot; runs/ saves them and reports their paths."""

    @classmethod
    def success(
        cls, data: Mapping[str, Any] | None = None, figures: Mapping[str, Any] | None = None
    ) -> "ComponentResult":
        """A component that did its work."""
        return cls(Status.SUCCESS, data=dict(data or {}), figures=dict(figures or {}))

    @classmethod
    def disabled(cls, reason: str, remedy: str) -> "ComponentResult":
        """A component that does not apply to this run; `remedy` is the override that enables it."""
        return cls(Status.DISABLED, reason=reason, remedy=remedy)

    @classmethod
    def failed(cls, reason: str) -> "ComponentResult":
        """A component that broke; the log holds the traceback."""
        return cls(Status.FAILED, reason=reason)

    @classmethod
    def not_run(cls, reason: str) -> "ComponentResult":
        """A component the run has not reached."""
        return cls(Status.NOT_RUN, reason=reason)
