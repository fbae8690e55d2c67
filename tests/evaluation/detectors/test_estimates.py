import pytest

from ssvae.evaluation.detectors import DETECTORS
from ssvae.evaluation.detectors.detector import CannotTell
from ssvae.status import ComponentResult


@pytest.mark.parametrize(("share", "is_seen"), [(0.1, False), (0.46, True)])
def test_an_estimate_that_hangs_on_few_samples_is_seen(healthy, look, share, is_seen):
    estimate = {"share_few_effective": share, "samples": 100}
    seen = look("few_effective_samples", healthy, marginal_likelihood=estimate)
    assert (seen is not None) is is_seen
    if seen is not None:
        assert seen.text == "For 46% of the images fewer than 5 of 100 samples decide log p(x)."
        assert seen.remedy == "evaluation.importance_samples=1000"


def test_without_an_estimate_nobody_can_tell(healthy):
    results = {
        "marginal_likelihood": ComponentResult.disabled("evaluation.importance_samples is 0", "one of 100")
    }
    answer = DETECTORS["few_effective_samples"].look(healthy, results)
    assert answer == CannotTell("evaluation.importance_samples is 0. To enable: one of 100")
