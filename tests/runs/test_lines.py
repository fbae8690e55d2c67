import pytest

from ssvae.runs.lines import component_line, epoch_line
from ssvae.status import ComponentResult


def test_the_epoch_line_is_exactly_as_documented():
    row = {
        "epoch": 10,
        "loss.total": 198.34,
        "loss.recon": 180.5,
        "loss.kl.z": 15.2,
        "loss.kl.c": 2.1,
        "time": 5.2,
    }
    assert epoch_line(row | {"loss.dirichlet": 3.0}, 100) == (
        "Epoch   10/100 | loss.total: 198.3 | loss.recon: 180.5 | loss.kl.z: 15.2 | loss.kl.c: 2.1 | time: 5.2s"
    )


def test_nan_and_absent_terms_show():
    line = epoch_line({"epoch": 1.0, "loss.total": float("nan"), "time": 0.04}, 5)
    assert (
        line
        == "Epoch    1/5 | loss.total: nan | loss.recon: nan | loss.kl.z: nan | loss.kl.c: nan | time: 0.0s"
    )


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (ComponentResult.not_run("the run has not reached it yet"), "ENABLED  prior"),
        (ComponentResult.success({"k_eff": 3}), "SUCCESS  prior"),
        (
            ComponentResult.disabled("classifier=none", "classifier=tau"),
            "DISABLED prior: classifier=none. To enable: classifier=tau",
        ),
        (ComponentResult.failed("ValueError: a\n  b"), "FAILED   prior: ValueError: a b"),
    ],
)
def test_a_component_has_one_line(result, line):
    assert component_line("prior", result) == line
