"""What each swept setting does, in numbers and pictures.

In: an `Answer`, what became of the figures. Out: sections. Not here: drawing (figures/).
"""

from collections.abc import Mapping

from ssvae.comparison.answer import Answer
from ssvae.comparison.effects import Effect, Level, swept_settings
from ssvae.comparison.sections.cells import setting
from ssvae.runs.reporting.page import Block, Code, Figure, Line, Number, Paragraph, Section, Table, line
from ssvae.runs.reporting.words import explained
from ssvae.status import ComponentResult, Status

__all__ = ["FIGURES", "effects_section", "figures_section"]

FIGURES = {
    "main_effects": "Main effects",
    "interactions": "Interactions",
    "heat_map": "Heat map of two settings",
    "learning_curves": "Learning curves",
}
"""Name → title, in the order of the page."""


def effects_section(answer: Answer) -> Section:
    """The table behind the picture of main effects."""
    if not answer.effects:
        said = Paragraph(line("None: no setting but the repetitions has two values with a number."))
        return Section("Effects of single settings", "effects", (said,))
    rows = [_row(effect, level) for effect in answer.effects for level in effect.levels]
    columns = ("Setting", "Value", f"Mean of {answer.choice.key}", "Runs", "Combinations")
    intro = "The mean per value, every combination of the other settings counting the same; the largest effect first."
    notes = [Paragraph(line(Code(one.keys[0]), ": ", one.note)) for one in answer.effects if one.note]
    shown = {one.keys[0] for one in answer.effects}
    left_out = [key for key in swept_settings(answer.groups) if key not in shown]
    notes += [Paragraph(line(Code(key), ": only one of its values has a number.")) for key in left_out]
    table = Table(columns, tuple(rows), "Effects of single settings", is_sortable=True)
    return Section("Effects of single settings", "effects", (Paragraph(line(intro)), table, *notes))


def figures_section(drawn: Mapping[str, ComponentResult]) -> Section:
    """Every figure, or why it is not there."""
    blocks: list[Block] = []
    for name, title in FIGURES.items():
        result = drawn.get(name, ComponentResult.not_run("nobody has drawn it"))
        blocks += [Figure(path, title) for path in result.data.get("figures", ())]
        if result.status is not Status.SUCCESS:
            what = f"{title}, {result.status.value.replace('_', ' ')}: "
            blocks.append(Paragraph(line(what, *explained(str(result.reason)))))
    return Section("Figures", "figures", tuple(blocks))


def _row(effect: Effect, level: Level) -> tuple[Line, ...]:
    mean = line(Number(level.mean, digits=4))
    mean = mean if level.error is None else (*mean, *line(" ± ", Number(level.error, digits=2)))
    key = line(Code(effect.keys[0]))
    return key, setting(level.values[0]), mean, line(Number(level.runs)), line(Number(level.combinations))
