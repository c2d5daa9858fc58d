"""The page of a report in a real Chromium: it fits a phone, follows the system's colours, and asks for nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from docs.screenshot import CHROMIUM_ARGUMENTS, find_chromium
from kadr.evaluate.bootstrap import Interval, Spread
from kadr.evaluate.flips import Flip, Flips
from kadr.evaluate.judgments import Judgment
from kadr.evaluate.metrics import Scores
from kadr.evaluate.page import to_html
from kadr.evaluate.report import Against, Report, Rival, SliceScores
from kadr.evaluate.resolve import Resolution

pytestmark = pytest.mark.browser

JUDGED = Judgment(3, "очень длинный запрос " * 30 + "словобезпробелов" * 30, title="Маяк" * 20, year=1999)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS) as browser,
    ):
        yield browser


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    spread = Spread(Interval(0.8, 0.7, 0.9), Interval(0.6, 0.5, 0.7))
    scores = Scores(20, 0.5, 0.8, 0.6, 0.65, 0.75)
    rival = Rival(scores, Spread(Interval(0.0, -0.1, 0.1), Interval(0.05, -0.1, 0.2)))
    parts = tuple(SliceScores(name, scores, spread, rival, rival) for name in ("all", "длинное=" + "ы" * 200))
    flips = Flips((Flip(JUDGED, 1, None),), (Flip(JUDGED, None, 2),), (Flip(JUDGED, 1, 9),))
    report = Report(parts, {"hybrid": 20}, (JUDGED,), Resolution((), (), 0, 0), (), Against("b" * 300, {}, flips, 0))
    path = tmp_path / "out.html"
    path.write_text(to_html(report, "ф" * 200), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_the_screen_and_asks_for_nothing(browser: Browser, page_file: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    page.goto(page_file.as_uri())
    assert asked == [page_file.as_uri()]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    drawn = page.locator("rect.own").first.bounding_box()
    whole = page.locator("svg").first.bounding_box()
    assert drawn
    assert whole
    assert drawn["width"] == pytest.approx(0.8 * whole["width"], rel=0.02)
    assert whole["width"] > width / 3
    page.close()


def test_it_is_light_or_dark_as_the_system_is(browser: Browser, page_file: Path) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(page_file.as_uri())
        colours[scheme] = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        context.close()
    assert colours["light"] == ["rgb(255, 255, 255)", "rgb(29, 36, 48)"]
    assert colours["dark"] == ["rgb(21, 24, 29)", "rgb(232, 235, 240)"]
