"""The first line of the page of a sweep: how many jobs came to their end, and which configuration is the best.

In: an `Answer`. Out: one line. Not here: the rest of the page.
"""

from collections import Counter

from ssvae.comparison.answer import Answer
from ssvae.comparison.sections.cells import estimated
from ssvae.runs.reporting.page import Code, Line, Words, line

__all__ = ["lifecycle_of", "verdict"]


def lifecycle_of(answer: Answer) -> str:
    """Of the sweep as a whole: the gravest of what happened to its jobs."""
    states = {result.job.state for result in answer.results}
    order = ("running", "failed", "lost", "unknown", "interrupted", "pending")
    worst = next((state for state in order if state in states), "completed")
    return "interrupted" if worst in ("pending", "unknown") else worst


def verdict(answer: Answer) -> Line:
    """`11 of 12 jobs finished · 1 failed · best by metric.accuracy.val: model=mixture, 0.88 ± 0.01 (3 runs)`."""
    counts = Counter(result.state for result in answer.results)
    done = counts.pop("completed", 0)
    head = Words(f"{done} of {len(answer.results)} jobs finished", is_strong=True)
    others = "".join(f" · {count} {state}" for state, count in sorted(counts.items()))
    return line(head, *([others] if others else []), *_best(answer))


def _best(answer: Answer) -> Line:
    if not answer.best or answer.choice.key is None:
        return ()
    best = answer.best[0]
    found = answer.measured(best).estimate
    runs = f" ({found.n} run{'s' * (found.n != 1)})" if found else ""
    return line(" · best by ", Code(answer.choice.key), ": ", Code(best.name), ", ", *estimated(found), runs)
