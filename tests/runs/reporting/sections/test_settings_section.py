import pytest

from ssvae.runs.config_file import write_config
from ssvae.runs.reporting.page import CodeBlock
from ssvae.runs.reporting.rendering.markdown_page import block_markdown
from ssvae.runs.reporting.sections.settings_section import settings_section


def section(run_dir, header, body):
    write_config(run_dir, header, body)
    return settings_section(run_dir, header)


def marked(found):
    """The marked lines of the file, each with its origin."""
    (code,) = (block for block in found.blocks if isinstance(block, CodeBlock))
    lines = code.content.split("\n")
    return {lines[number].strip(): origin for number, origin in code.marks.items()}


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ({"model.kl_weight": 1.0}, "kl_weight: 1.0"),
        ({"model": "mixture"}, "name: mixture"),
        ({"seed": 3}, "seed: 3"),
        ({"encoder.hidden_sizes.0": 256}, "hidden_sizes: [256, 256]"),
        ({"model.no_such_setting": 1}, "model:"),
    ],
)
def test_what_was_typed_is_marked_where_it_stands(run_dir, header, body, typed, line):
    assert marked(section(run_dir, header | {"cli_overrides": typed}, body)) == {line: "the command"}


def test_what_changed_since_the_parent_says_what_it_was(run_dir, header, body):
    changes = {"model.latent_dim": {"from": 4, "to": 8}}
    header |= {"cli_overrides": {}, "resumed_from": "older_1", "config_changes": changes}
    found = section(run_dir, header, body)
    assert marked(found) == {"latent_dim: 8": "the command; it was 4 in older_1"}
    assert "| `model.latent_dim` | `8`   | the command; it was 4 in older_1 |" in block_markdown(
        found.blocks[1]
    )


def test_without_any_that_is_said_too(run_dir, header, body):
    first = section(run_dir, header | {"cli_overrides": {}}, body).blocks[0]
    assert block_markdown(first) == "Nothing was chosen for this run: every setting is a default."


def test_a_file_that_is_not_there_is_said(run_dir):
    (only,) = settings_section(run_dir, {}).blocks
    assert block_markdown(only) == "config.yaml is missing or cannot be shown."
