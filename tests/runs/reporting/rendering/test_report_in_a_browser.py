"""The page in a real browser: it asks for nothing, works with the keyboard, fits on a phone and on a desk."""

import shutil

import pytest

from ssvae.runs.reporting.report import write_report

pytestmark = pytest.mark.slow

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"there is no browser here: none of {', '.join(NAMES)} is installed")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, completed):
    """A function that opens the report of a made-up run, so many pixels wide; nothing may complain meanwhile."""
    write_report(completed)
    complaints, requests, pages = [], [], []

    def at(width, scheme="light"):
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto((completed / "report.html").as_uri())
        pages.append(page)
        return page

    yield at
    for page in pages:
        page.close()
    assert complaints == []
    assert {url for url in requests if not url.startswith("data:")} == {(completed / "report.html").as_uri()}


def names(page):
    return page.locator("#key-numbers table >> nth=0").locator("tbody th").all_inner_texts()


def test_a_table_is_sorted_with_the_keyboard(opened):
    page = opened(1280)
    before = names(page)
    head = page.locator("#key-numbers thead th >> nth=1")
    head.locator("button").focus()
    for key, order, expected in [
        ("Enter", "ascending", ["metric.accuracy.test", "metric.k_eff"]),
        ("Space", "descending", ["metric.k_eff", "metric.accuracy.test"]),
        ("Enter", "none", before),
    ]:
        page.keyboard.press(key)
        assert head.get_attribute("aria-sort") == order
        assert names(page) == expected


def test_settings_unfold_with_the_keyboard(opened):
    page = opened(1280)
    marks = page.locator("details mark")
    assert not marks.first.is_visible()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    assert marks.first.is_visible()
    assert marks.all_inner_texts() == ['name: "abl"', "kl_weight: 1.0"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_that_of_the_system_until_it_is_chosen(opened, scheme):
    page = opened(1280, scheme)
    button = page.locator("#theme")
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    assert button.get_attribute("aria-pressed") == str(scheme == "dark").lower()
    button.focus()
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == str(scheme != "dark").lower()
    assert page.evaluate(paper) != before
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
        == "rgb(255, 255, 255)"
    )


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_and_every_picture_is_seen(opened, width):
    page = opened(width)
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for card in page.locator(".card").all():
        picture = card.locator("img")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
        assert picture.bounding_box()["width"] >= 600  # legible on a phone too, where its card scrolls
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_components_without_results_can_be_hidden_and_a_link_brings_them_back(opened):
    page = opened(1280)
    section = page.locator("#component-tau-classifier")
    assert section.is_visible()
    page.locator("#only-done").click()
    assert not section.is_visible()
    page.locator("#components td a, #components th a").get_by_text("tau_classifier").click()
    section.wait_for(state="visible")


def test_the_first_stop_of_the_keyboard_leads_to_the_report(opened):
    page = opened(1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
