"""What a sweep found as plain values, for programs: `ssvae sweep show --json`.

In: an `Answer`. Out: mappings of numbers, texts and lists. Not here: tables for people (overview.py), summary.csv
(table_file.py).
"""

import dataclasses
from typing import Any

from ssvae.comparison.answer import Answer
from ssvae.comparison.grouping import Group
from ssvae.comparison.results import Result
from ssvae.comparison.sections.jobs_section import reason_of_result
from ssvae.comparison.sections.warnings_section import warning_sentences
from ssvae.comparison.statistics import Estimate

__all__ = ["plain_answer"]


def plain_answer(answer: Answer) -> dict[str, Any]:
    """Configurations, the best first and those without a number last, then the jobs in their order."""
    return {
        "name": answer.header.get("name") or answer.sweep_dir.name,
        "metric": answer.choice.key,
        "replicates": list(answer.replicates),
        "baseline": answer.baseline,
        "warnings": [{"kind": kind, "text": text} for kind, text in warning_sentences(answer)],
        "configurations": [_configuration(answer, group) for group in answer.ranked],
        "jobs": [_job(one) for one in answer.results],
    }


def _configuration(answer: Answer, group: Group) -> dict[str, Any]:
    return {
        "settings": dict(group.settings),
        "jobs": [one.job.number for one in group.results],
        "not_pooled": group.refusal,
        "metrics": {key: _estimate(answer.measured(group, key).estimate) for key in answer.keys},
        "difference": _estimate(answer.difference(group)),
    }


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    return None if found is None else dataclasses.asdict(found)


def _job(one: Result) -> dict[str, Any]:
    job = one.job
    return {
        "number": job.number,
        "folder": job.folder,
        "settings": dict(job.settings),
        "state": one.state,
        "reason": None if one.is_usable or job.state == "pending" else reason_of_result(one),
        "seconds": job.seconds,
        "attempts": job.attempts,
        "metrics": dict(one.metrics),
    }
