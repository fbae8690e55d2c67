import copy
import datetime

from ssvae.reproduction.settings import check_settings


def edited(record, **changes):
    return copy.deepcopy(record.body) | changes


def test_settings_with_their_hash_match(make_record):
    finding = check_settings(make_record())
    assert finding.matches[0] == "seed 3, label seed 1"
    assert finding.differences == ()


def test_an_edited_seed_is_named_with_both_values(make_record):
    record = make_record()
    finding = check_settings(make_record(body=edited(record, seed=4)))
    assert finding.differences == (
        "config.yaml was edited after the run had begun: its settings no longer have the hash in its header",
        "seed: 3 when it ran, 4 in config.yaml",
    )


def test_any_edited_setting_is_named_where_hydra_tells(make_record):
    record = make_record()
    body = edited(record, training={"epochs": 9})
    assert check_settings(make_record(body=body)).differences[1:] == (
        "training.epochs: 3 when it ran, 9 in config.yaml",
    )
    finding = check_settings(make_record(body=body, composed={}))
    assert len(finding.differences) == 1
    assert "cannot be told" in finding.notes[0]


def test_what_got_its_type_later_is_no_edit(make_record):
    record = make_record()
    body = edited(record, seed=4, training={"epochs": 3.0, "plots": ["none"], "name": "a_b", "rate": 1e-3})
    composed = copy.deepcopy(record.body) | {
        "training": {"epochs": 3, "plots": "none", "name": "${a}_${b}", "rate": "1e-3"}
    }
    assert check_settings(make_record(body=body, composed=composed)).differences[1:] == (
        "seed: 3 when it ran, 4 in config.yaml",
    )


def test_what_no_run_writes_counts_as_an_edit(make_record):
    record = make_record()
    assert check_settings(make_record(body=edited(record, seed=datetime.date(2026, 1, 2)))).differences
