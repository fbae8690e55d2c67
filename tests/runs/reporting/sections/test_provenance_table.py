from ssvae.runs.reporting.rendering.markdown_page import block_markdown
from ssvae.runs.reporting.sections.provenance_table import provenance_table


def rows(table):
    lines = [line.strip("| ").split(" | ", 1) for line in block_markdown(table).splitlines()[2:]]
    return {what.strip(): value.strip() for what, value in lines}


def test_it_names_everything_needed_to_repeat(run_dir, header, body):
    found = rows(provenance_table(run_dir, header | {"data_hash": "ab" * 32, "device": "cpu"}, body, {}))
    assert found["Run"] == "`mixture_20260102_030405`"
    assert found["Code"] == f"`f8b5a17{'0' * 33}`, with uncommitted changes"
    assert found["Data"] == "digits, `abababababab`…"
    assert found["Seed"] == "3"
    assert found["Command"] == "`python train.py experiment.name=abl model.kl_weight=1.0`"
    assert found["Overrides"] == "`experiment.name=abl`, `model.kl_weight=1.0`"
    assert found["Tags"] == "`ablation`, `kl`"
    assert found["Settings"] == f"`{header['config_hash'][:12]}`…"
    assert "python 3." in found["Versions"]
    assert "Sweep" not in found


def test_a_clean_tree_a_sweep_and_a_parent(run_dir, header, body):
    changes = {"git_dirty": False, "sweep_id": "grid_1", "resumed_from": "older_1", "resumed_epoch": 7}
    found = rows(provenance_table(run_dir, header | changes, body, {}))
    assert found["Code"].endswith("`, nothing uncommitted")
    assert (found["Sweep"], found["Resumed from"]) == ("`grid_1`", "`older_1`, after epoch 7")


def test_what_was_not_recorded_is_a_dash(run_dir):
    found = rows(provenance_table(run_dir, {}, {}, {}))
    assert found["Run"] == f"`{run_dir.name}`"
    assert found["Code"] == "no git commit"
    assert {found[what] for what in ("Seed", "Data", "Versions", "Device", "Started")} == {"–"}


def test_a_child_names_its_parent_and_what_changed_since(run_dir, header, body):
    header |= {
        "resumed_from": "mixture_1",
        "resumed_epoch": 40,
        "config_changes": {"model.kl_weight": {"from": 1.0, "to": 0.5}},
    }
    found = rows(provenance_table(run_dir, header, body, {}))
    assert found["Resumed from"] == "`mixture_1`, after epoch 40"
    assert found["Changed since"] == "`model.kl_weight: 1.0 → 0.5`"


def test_a_run_that_was_gone_on_with_says_when_and_what_was_different(run_dir, header, body):
    stretches = [
        {"time": "t1", "after_epoch": 3, "differences": []},
        {"time": "t2", "after_epoch": 9, "differences": ["jax was 0.1"]},
    ]
    found = rows(provenance_table(run_dir, header, body, {"resumptions": stretches}))
    assert found["Resumed"] == "after epoch 3 (t1), after epoch 9 (t2; jax was 0.1)"
    for odd in (None, "x", [None, 3], [{"differences": 5}]):
        provenance_table(run_dir, header, body, {"resumptions": odd})


def test_a_later_evaluation_says_when_by_what_and_how(run_dir, header, body):
    again = {
        "time": "2026-02-01T00:00:00+00:00",
        "versions": {"ssvae": "0.2.0"},
        "changes": {"evaluation.baselines": ["all"]},
    }
    found = rows(provenance_table(run_dir, header, body, {}, {"measured_again": again}))
    assert found["Measured again"] == "2026-02-01T00:00:00+00:00, ssvae 0.2.0, `evaluation.baselines=[all]`"
    assert "Measured again" not in rows(provenance_table(run_dir, header, body, {}, {"measured_again": 3}))


def test_it_says_how_many_images_there_were_and_how_many_labels(run_dir, header, body):
    run = {"images": {"train": 1257, "validation": 180, "test": 360, "labeled": 100}, "label_seed": 2}
    found = rows(provenance_table(run_dir, header, body, {}, run))
    assert found["Images"] == "train 1257 (100 with labels, draw 2), validation 180, test 360"
    assert rows(provenance_table(run_dir, header, body, {}, {"images": []}))["Images"] == "–"
