import pytest

from ssvae.runs.reporting.page import Figure
from ssvae.runs.reporting.rendering import pictures
from ssvae.runs.reporting.rendering.pictures import Album

SVG = b"<svg onload='alert(1)'/>"


def picture(run_dir, content):
    (run_dir / "a.png").write_bytes(content)
    return Album(run_dir).picture(Figure("a.png", "a"))


@pytest.mark.parametrize(
    ("content", "form"), [(b"\x89PNG", "png"), (b"\xff\xd8\xff\xe0", "jpeg"), (b"GIF89a", "gif")]
)
def test_what_it_is_is_known_by_its_first_bytes(run_dir, content, form):
    found = picture(run_dir, content)
    assert found.address.startswith(f"data:image/{form};base64,")
    assert (found.size, found.problem) == (None, None)


@pytest.mark.parametrize("content", [b"", SVG, b"<html>"])
def test_what_is_no_picture_is_told(run_dir, content):
    assert picture(run_dir, content).problem == "Not in this page, for it is no PNG, JPEG or GIF"


def test_one_that_is_too_large_or_elsewhere_is_told(run_dir, tmp_path, monkeypatch):
    (tmp_path / "secret").write_bytes(b"\x89PNG secret")
    (run_dir / "a.png").symlink_to(tmp_path / "secret")
    told = "Not in this page, for it is no file of at most 4,000,000 bytes"
    assert Album(run_dir).picture(Figure("a.png", "a")).problem == told
    (run_dir / "a.png").unlink()
    assert "cannot be read (No such file" in Album(run_dir).picture(Figure("a.png", "a")).problem
    monkeypatch.setattr(pictures, "_MOST_BYTES", 10)
    assert "at most 10 bytes" in picture(run_dir, b"\x89PNG" + b"x" * 7).problem


def test_together_they_do_not_become_too_many_bytes(run_dir, monkeypatch):
    monkeypatch.setattr(pictures, "_MOST_IN_ALL", 10)
    (run_dir / "a.png").write_bytes(b"\x89PNG123")
    album = Album(run_dir)
    first, second = (album.picture(Figure("a.png", "a")) for _ in range(2))
    assert first.problem is None
    assert second.problem == "Not in this page, whose figures have more than 10 bytes"
