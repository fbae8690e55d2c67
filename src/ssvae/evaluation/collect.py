"""Runs every metric and plot, and makes sure that each one answers: done, not applicable, or failed.

In: an `EvaluationContext`. Out: one `ComponentResult` per component of METRICS and PLOTS, in that order.
Not here: saving figures, writing the summary (runs/ does).
"""

import dataclasses
import logging
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ssvae.errors import ConfigError, reason_of
from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics import METRICS
from ssvae.evaluation.plots import PLOTS
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.status import ComponentResult, Status

__all__ = ["catalog", "collect", "planned"]

log = logging.getLogger(__name__)


def catalog() -> dict[str, Component]:
    """Every component, metrics first.

    Raises:
        ConfigError: when a metric and a plot share a name, since both would report under it.
    """
    if twice := sorted(METRICS.keys() & PLOTS.keys()):
        raise ConfigError(
            f"evaluation: {', '.join(twice)} is the name of a metric and of a plot, and a name reports once. "
            f"Rename one of the two in METRICS or PLOTS."
        )
    return METRICS | PLOTS


def planned(config: SSVAEConfig, settings: EvaluationConfig) -> dict[str, ComponentResult]:
    """What each component will do, known before training: `disabled` with its remedy, or `not_run` yet."""
    plan = {}
    for name, component in catalog().items():
        obstacles = (component.absence(config), _not_asked(name, settings), component.not_asked(settings))
        if found := [obstacle for obstacle in obstacles if obstacle is not None]:
            reasons, remedies = zip(*found, strict=True)
            # All of them: who types one remedy alone would be told of the next.
            plan[name] = ComponentResult.disabled("; ".join(reasons), " ".join(dict.fromkeys(remedies)))
        else:
            plan[name] = ComponentResult.not_run("the run has not reached it yet")
    return plan


def collect(context: EvaluationContext) -> Iterator[tuple[str, ComponentResult]]:
    """(name, result) of every component, each as soon as it is there.

    A provider that raises becomes `failed`, with the traceback in the log; the others are not touched by it.
    """
    components = catalog()
    for name, plan in planned(context.config, context.settings).items():
        if plan.status is Status.DISABLED:
            yield name, plan
        else:
            yield name, _run(name, components[name], context)


def _not_asked(name: str, settings: EvaluationConfig) -> tuple[str, str] | None:
    setting, asked = ("plots", settings.plots) if name in PLOTS else ("metrics", settings.metrics)
    if name in asked or "all" in asked:
        return None
    return f"not in evaluation.{setting}", f"evaluation.{setting}=all"


def _run(name: str, component: Component, context: EvaluationContext) -> ComponentResult:
    try:
        result = _understood(name, component.provide(context))
        return dataclasses.replace(result, data=_plain(result.data))
    except Exception as error:
        log.exception("%s failed; the other components go on without it", name)
        return ComponentResult.failed(" ".join(reason_of(error).split()))


def _understood(name: str, answer: Any) -> ComponentResult:
    """The answer as a `ComponentResult`, also from a provider written before there was one."""
    if isinstance(answer, ComponentResult):
        return answer
    if answer is not None and not isinstance(answer, Mapping):
        raise TypeError(f"the provider must return a ComponentResult, got {type(answer).__name__}.")
    message = (
        f"{name} returned {'None' if answer is None else 'a dict'}; this will stop working. "
        f"Return ComponentResult.{'disabled(reason, remedy)' if answer is None else 'success(data)'} instead."
    )
    # Python hides this category unless asked to show it, and a run's log must not: hence both lines.
    log.warning("DeprecationWarning: %s", message)
    warnings.warn(message, DeprecationWarning, stacklevel=2)
    if answer is None:
        return ComponentResult.disabled(
            reason="its provider returned None, which says nothing of why",
            remedy="return ComponentResult.disabled(reason, remedy) from the provider",
        )
    return ComponentResult.success(answer)


def _plain(value: Any) -> Any:
    """The value in JSON's own types. NaN and infinities stay floats: runs/ knows how to spell them.

    Raises:
        TypeError: for anything JSON has no word for.
    """
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"data must hold numbers, texts, lists and dicts, got {type(value).__name__}.")
