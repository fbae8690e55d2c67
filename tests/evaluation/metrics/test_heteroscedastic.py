"""The place is kept, and says what would fill it."""

import pytest

from ssvae.evaluation.metrics.heteroscedastic import HETEROSCEDASTIC_DECODER, provide
from ssvae.status import ComponentResult


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_it_is_disabled_with_its_remedy(make_context, likelihood):
    context = make_context(likelihood=likelihood)
    expected = (f"likelihood={likelihood}", "likelihood=heteroscedastic")
    assert HETEROSCEDASTIC_DECODER.absence(context.config) == expected
    assert provide(context) == ComponentResult.disabled(*expected)
