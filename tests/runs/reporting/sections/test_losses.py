import math

from ssvae.runs.reporting.rendering.markdown_page import block_markdown
from ssvae.runs.reporting.sections import losses


def losses_table(history, best_epoch):
    return block_markdown(losses.losses_table(history, best_epoch))


def test_raw_times_weight_is_the_contribution_for_the_best_and_the_last_epoch(row):
    history = [row(1), row(2), row(3, **{"loss.kl.z": 10.0, "weight.kl.z": 0.25})]
    found = losses_table(history, best_epoch=2)
    assert "| Epoch 2 (best)" in found
    assert "| Epoch 3 (last)" in found
    assert "15.2 × 0.5 = 7.6" in found
    assert "10 × 0.25 = 2.5" in found
    assert "nats per image" in found
    assert found.splitlines()[-1].startswith("| `loss.total`")
    assert "**100**" in found.splitlines()[-1]


def test_the_epoch_is_shown_once_when_it_is_both_or_the_best_is_unknown(row):
    assert "Epoch 2 (best and last)" in losses_table([row(1), row(2)], best_epoch=2)
    assert "Epoch 2 (last)" in losses_table([row(1), row(2)], best_epoch=None)


def test_a_term_the_model_has_not_is_a_dash_and_a_nan_is_seen(row):
    without = row(1, **{"loss.classifier": math.nan, "loss.recon": math.nan})
    del without["loss.diversity"]
    lines = {line.split("`")[1]: line for line in losses_table([without], None).splitlines()[2:]}
    assert "| – " in lines["loss.classifier"]
    assert "| – " in lines["loss.diversity"]
    assert "**NaN** × 1 = **NaN**" in lines["loss.recon"]


def test_without_an_epoch_there_is_no_table():
    assert losses.losses_table([], None) is None
