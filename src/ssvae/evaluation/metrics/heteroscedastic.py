"""A place for what a decoder with its own σ per image would report.

In: nothing yet. Out: `disabled`, so that every run says that it exists. Not here: any such decoder.
"""

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.model.recipes import SSVAEConfig
from ssvae.status import ComponentResult

__all__ = ["HETEROSCEDASTIC_DECODER", "absence", "provide"]


def absence(config: SSVAEConfig) -> tuple[str, str]:
    """Every likelihood there is has at most one σ for all images."""
    return f"likelihood={config.likelihood.variant}", "likelihood=heteroscedastic"


def provide(context: EvaluationContext) -> ComponentResult:
    """Nothing to report."""
    return ComponentResult.disabled(*absence(context.config))


HETEROSCEDASTIC_DECODER = Component(title="Heteroscedastic decoder", provide=provide, absence=absence)
