"""Reasons name the setting at fault, and remedies can be typed as they stand."""

import pytest

from ssvae.evaluation.absences import needs_classifier, needs_components, needs_tau


@pytest.mark.parametrize(
    ("needs", "parts", "answer"),
    [
        (needs_components, {"num_components": 2}, None),
        (
            needs_components,
            {"num_components": 1, "classifier": "head"},
            ("the prior has one component", "prior=mixture"),
        ),
        (needs_classifier, {"classifier": "tau"}, None),
        (needs_classifier, {"classifier": "head"}, None),
        (needs_classifier, {"classifier": "none"}, ("classifier=none", "classifier=tau")),
        (
            needs_classifier,
            {"classifier": "none", "num_components": 1},
            ("classifier=none", "classifier=head"),
        ),
        (needs_tau, {"classifier": "tau"}, None),
        (needs_tau, {"classifier": "head"}, ("classifier=head", "classifier=tau")),
        (needs_tau, {"classifier": "none"}, ("classifier=none", "classifier=tau")),
        (
            needs_tau,
            {"classifier": "head", "num_components": 1},
            ("classifier=head", "prior=mixture classifier=tau"),
        ),
    ],
)
def test_reason_and_remedy(make_context, needs, parts, answer):
    assert needs(make_context(**parts).config) == answer
