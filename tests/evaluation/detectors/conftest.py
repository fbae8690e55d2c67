"""What the tests of detectors share: a healthy model, and ways to make it ill."""

import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.detectors import DETECTORS
from ssvae.status import ComponentResult


@pytest.fixture
def with_validation():
    """A function that changes what is predicted of the validation images."""

    def change(context, **changes):
        changed = dataclasses.replace(context.predictions["validation"], **changes)
        return dataclasses.replace(context, predictions={**context.predictions, "validation": changed})

    return change


@pytest.fixture
def healthy(make_context, with_validation):
    """Six components, each sure of its share of 24 images; a code that costs two nats."""
    context = make_context(num_components=6)
    sure = np.eye(6)[np.arange(24) % 6]
    return with_validation(context, responsibilities=sure, kl_z=np.full(24, 2.0), kl_c=np.full(24, 1.7))


@pytest.fixture
def look():
    """A function that asks one detector; components have reported nothing unless told."""

    def ask(name, context, **reported):
        results = {component: ComponentResult.success(data) for component, data in reported.items()}
        return DETECTORS[name].look(context, results)

    return ask
