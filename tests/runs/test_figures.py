import logging

import pytest
from matplotlib.figure import Figure

from ssvae.errors import RunDirectoryError
from ssvae.runs.figures import save_figures
from ssvae.status import ComponentResult, Status

PNG = b"\x89PNG\r\n\x1a\n"


def size(path):
    """Width and height as the PNG's own header says."""
    content = path.read_bytes()
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def test_a_figure_becomes_a_png_of_the_asked_resolution(run_dir):
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2, 3])
    result = save_figures(
        run_dir, "loss_curves", ComponentResult.success({"n": 3}, {"all terms": figure}), dpi=50
    )
    assert result.status is Status.SUCCESS
    assert result.data == {"n": 3, "figures": ["figures/loss_curves/all_terms.png"]}
    assert result.figures == {}
    path = run_dir / result.data["figures"][0]
    assert path.read_bytes().startswith(PNG)
    assert size(path) == (150, 100)


def test_a_result_without_figures_passes_through(run_dir):
    for result in (
        ComponentResult.success({"a": 1}),
        ComponentResult.failed("x"),
        ComponentResult.disabled("x", "y"),
    ):
        assert save_figures(run_dir, "c", result, dpi=50) is result
    assert not (run_dir / "figures").exists()


def test_a_figure_that_cannot_be_drawn_fails_the_component_and_spares_the_others(
    run_dir, make_figure, caplog
):
    figures = {"good": make_figure(), "bad": make_figure(ValueError("no data"))}
    with caplog.at_level(logging.ERROR, "ssvae"):
        result = save_figures(run_dir, "usage", ComponentResult.success({}, figures), dpi=50)
    assert result.status is Status.FAILED
    assert result.reason == "bad: ValueError: no data"
    assert result.data["figures"] == ["figures/usage/good.png"]
    assert "usage: the figure 'bad' could not be drawn" in caplog.text
    assert "Traceback" in caplog.text


def test_success_without_a_file_is_no_success(run_dir, make_figure, caplog):
    result = save_figures(run_dir, "usage", ComponentResult.success({}, {"bars": make_figure(b"")}), dpi=50)
    assert (result.status, result.reason) == (Status.FAILED, "bars: the file is empty")
    assert "usage: the figure 'bars' is an empty file" in caplog.text


def test_names_stay_inside_the_folder(run_dir, make_figure):
    result = save_figures(run_dir, "../up", ComponentResult.success({}, {"/etc/x": make_figure()}), dpi=50)
    assert result.data["figures"] == ["figures/up/etc_x.png"]


def test_a_disk_that_refuses_is_no_fault_of_the_plot(run_dir, make_figure):
    (run_dir / "figures").write_text("")
    with pytest.raises(RunDirectoryError, match=r"figures could not be written: Not a directory"):
        save_figures(run_dir, "usage", ComponentResult.success({}, {"bars": make_figure()}), dpi=50)
