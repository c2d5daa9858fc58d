"""The map and the switch of languages in a real Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from app.markdown import JOINER
from app.places import WHOLE
from docs.screenshot import CHROMIUM_ARGUMENTS, find_chromium, serving
from kadr.engine import Engine
from tests.app.charted import chart_bundle, diagonal
from tests.app.hostile import PAYLOADS, hostile_films, publish, theme_id

pytestmark = pytest.mark.browser

SECONDS = 15
"""What a busy machine may take for what takes a fraction of one."""
expect.set_options(timeout=SECONDS * 1000)
LEGEND = 34
"""Pixels above the map."""
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def charted(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("charted")
    themes = {name: (place,) for place, name in enumerate(list(PAYLOADS.values())[:2])}
    published = publish(hostile_films(NOBODY), bundles, root / "first", themes)
    return chart_bundle(published, root / "out", diagonal(14))


@pytest.fixture(scope="module")
def address(charted: Path) -> Iterator[str]:
    with serving(charted) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS) as opened,
    ):
        yield opened


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return a page whose visitor reads Russian on a wide screen; nothing of the films may have run in it."""
    faults: list[str] = []
    with browser.new_context(locale="ru-RU", base_url=address, viewport={"width": 1280, "height": 1000}) as context:
        made = context.new_page()
        made.set_default_timeout(SECONDS * 1000)
        made.on("pageerror", lambda error: faults.append(str(error)))
        made.on("dialog", lambda dialog: faults.append(dialog.message))
        made.on("request", lambda request: faults.append(request.url) if NOBODY in request.url else None)
        yield made
        assert made.evaluate("window.hacked") is None
        assert made.locator("#hacked, iframe").count() == 0
    assert faults == []


def _settled(page: Page) -> None:
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()


def _map(page: Page) -> Locator:
    chart = page.get_by_test_id("stEChartsChart")
    expect(chart.locator("canvas")).to_be_visible()
    _settled(page)
    return chart


def _point(chart: Locator, place: float) -> tuple[float, float]:
    """Return where on the screen the film lies that is at this place of the diagonal."""
    box = chart.locator("canvas").bounding_box()
    assert box is not None
    share = (place - WHOLE.left) / (WHOLE.right - WHOLE.left)
    high = box["height"] - LEGEND
    return box["x"] + share * box["width"], box["y"] + LEGEND + (1 - share) * high


def test_a_click_on_a_film_opens_it_and_the_back_button_the_map(page: Page, charted: Path) -> None:
    with Engine.open(charted) as engine:
        film = list(engine.films())[4]
    page.goto("/map?colour=decade")
    chart = _map(page)
    x, y = _point(chart, 4 / 13)
    page.mouse.move(x, y)
    expect(page.get_by_text(film.title[:40]).first).to_be_visible()
    page.mouse.click(x, y)
    page.wait_for_url(re.compile(r"/film\?colour=decade&id="))
    expect(page.locator("h1")).to_contain_text(film.title.split()[0])
    page.go_back()
    page.wait_for_url(re.compile(r"/map\?.*colour=decade"))
    _map(page)


def test_a_theme_is_looked_at_closely(page: Page) -> None:
    page.goto("/map")
    _map(page)
    page.locator(".st-key-map_theme").get_by_role("combobox").click()
    option = page.get_by_role("option").nth(1)
    name = option.inner_text()
    option.click()
    page.wait_for_url(re.compile(r"around=t0000000[01]"))
    expect(page.get_by_text("Искать в этой теме")).to_be_visible()
    expect(page.locator(".st-key-map_theme").get_by_role("combobox")).to_have_value(name)
    page.get_by_role("link", name="Искать в этой теме").click()
    page.wait_for_url(re.compile(r"/\?theme=t0000000[01]$"))


@pytest.mark.parametrize("width", [1280, 360])
def test_the_switch_turns_every_page_and_the_address(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/about")
    expect(page.locator("h1")).to_have_text("О каталоге")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("About the catalogue")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_url(re.compile(r"/about\?lang=en$"))
    if width == 360:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.locator("h1")).to_have_text("Map of the catalogue")
    page.wait_for_url(re.compile(r"/map\?lang=en$"))
    assert page.title() == "Map — Kadr"
    if width == 360:  # the menu has led on, and no longer lies over the page
        expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_have_text("About the catalogue")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_themes_of_hostile_names_lead_on_with_the_language(page: Page) -> None:
    page.goto("/themes?lang=en")
    links = page.locator(".st-key-themes [data-testid=stPageLink]")
    expect(links).to_have_count(2)
    assert JOINER in "".join(links.all_inner_texts())
    links.first.click()
    page.wait_for_url(re.compile(rf"lang=en&theme={theme_id(0)}"))
