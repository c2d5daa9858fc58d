"""The page in a real Chromium: what a visitor types, reads and links to."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from app.markdown import JOINER
from docs.screenshot import MAX_BYTES, serving
from tests.app.shelf import ROOT, SHOWN_TITLE

pytestmark = pytest.mark.browser

Open = Callable[..., Page]

FILMS = "[class*=st-key-card_], [class*=st-key-tile_]"
"""Cards and posters, each with its title, which is a link."""
TITLES = ".st-key-cards .kadr-title"
SECONDS = 15
"""What a busy machine may take for what takes a fraction of one."""
expect.set_options(timeout=SECONDS * 1000)


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in the browser; each test that opens a page ends by finding none."""
    return []


@pytest.fixture
def opened(window: BrowserContext, address: str, faults: list[str]) -> Iterator[Open]:
    """Return a function that opens a path of the app in a fresh tab, and watches what it does."""
    strangers: set[str] = set()

    def watch(response: Response) -> None:
        if response.url.startswith(address) and response.status >= 400:
            faults.append(f"{response.status} {response.url}")

    def go(path: str = "/", width: int = 1280, scheme: str = "light") -> Page:
        page = window.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("response", watch)
        page.on("request", lambda request: strangers.add(request.url))
        page.on(
            "console",
            lambda message: (
                faults.append(message.text)
                if message.type == "error" and message.location["url"].startswith(address)
                else None
            ),
        )
        page.goto(address + path)
        page.locator(f"{FILMS}, .kadr-note").first.wait_for()
        # Streamlit draws piece by piece: a visitor's hand comes after the last one.
        page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
        return page

    yield go
    for page in window.pages:
        page.close()
    local = (address, address.replace("http", "ws", 1), "data:", "blob:", "https://127.0.0.1:9/")
    assert [url for url in strangers if not url.startswith(local)] == []
    assert faults == []


def test_a_typed_query_finds_its_film_and_the_address_is_a_link(opened: Open) -> None:
    page = opened()
    page.get_by_role("searchbox").fill("смотритель нашёл письмо")
    page.get_by_role("button", name="Найти").click()
    expect(page.locator(TITLES).first).to_have_text("Смотритель маяка")
    expect(page.locator(".kadr-snippet mark").first).to_be_visible()
    page.wait_for_url(re.compile(r"[?&]q=[^&]+"))
    page.reload()
    expect(page.locator(TITLES).first).to_have_text("Смотритель маяка")
    expect(page.get_by_role("searchbox")).to_have_value("смотритель нашёл письмо")


def test_a_chosen_genre_stays_chosen_while_its_count_changes(opened: Open) -> None:
    page = opened("/?genre=драма")
    expect(page.get_by_text("драма\u2002·\u20023")).to_be_visible()
    page.get_by_role("spinbutton", name="Год от").fill("1990")
    page.keyboard.press("Enter")
    expect(page.get_by_text("драма\u2002·\u20021")).to_be_visible()
    page.get_by_role("searchbox").fill("письмо")
    page.keyboard.press("Enter")
    expect(page.locator(TITLES)).to_have_text(["Смотритель маяка"])
    page.wait_for_url(re.compile(r"q=.*from=1990.*genre="))


def test_the_back_button_goes_back_to_the_search_before(opened: Open) -> None:
    page = opened("/?q=джаз")
    page.get_by_role("searchbox").fill("мосты")
    page.keyboard.press("Enter")
    expect(page.locator(TITLES)).to_have_text(["Кража мостов"])
    page.wait_for_url(re.compile("%D0%BC%D0%BE%D1%81%D1%82%D1%8B"))
    page.go_back()
    expect(page.locator(TITLES)).to_have_text(["Подлёдный джаз"])
    expect(page.get_by_role("searchbox")).to_have_value("джаз")


def test_typing_alone_finds_and_suggests_and_enter_makes_an_address(opened: Open) -> None:
    page = opened()
    field = page.get_by_role("searchbox")
    before = page.evaluate("history.length")
    field.click()
    page.keyboard.type("вторая лун", delay=30)
    expect(page.locator(TITLES).first).to_have_text("Вторая луна")
    hint = page.locator(".st-key-hints a")
    expect(hint.locator("strong")).to_have_text(["Вторая", "лун"])
    page.keyboard.type("а", delay=30)
    expect(field).to_be_focused()
    expect(field).to_have_value("вторая луна")
    assert (page.evaluate("history.length"), "?" in page.url) == (before, False)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?]q=[^&]+$"))
    expect(page.locator(".st-key-hints")).to_have_count(0)
    field.fill("джа")
    expect(page.locator(".st-key-hints a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".st-key-hints a")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/film[?]id="))
    page.go_back()
    expect(field).to_have_value("джа")  # what was typed is not lost with it


def test_a_chip_a_page_and_a_form_of_results_are_addresses(opened: Open) -> None:
    page = opened("/?q=письмо&k=1&genre=драма&view=grid")
    expect(page.locator(".kadr-snippet")).to_have_count(0)
    page.locator(".st-key-chips button").first.click()
    expect(page.locator(".st-key-chips")).to_have_count(0)
    page.wait_for_url(lambda url: "genre=" not in url)
    expect(page.locator(TITLES)).to_have_count(1)
    first = page.locator(TITLES).inner_text()
    page.get_by_test_id("stPagination").get_by_role("button", name="Page 2", exact=True).click()
    page.wait_for_url(re.compile("[?&]page=2"))
    expect(page.locator(TITLES)).not_to_have_text(first)
    page.go_back()
    page.wait_for_url(lambda url: "page=" not in url)
    expect(page.locator(TITLES)).to_have_text(first)


def test_a_wish_is_taken_back_and_the_back_button_brings_it_again(opened: Open) -> None:
    page = opened("/?q=драма+про+письмо")
    other = page.locator(TITLES).filter(has_text="Письмо через пустыню")  # it is no drama
    wish = page.locator(".st-key-wishes button")
    expect(wish).to_have_accessible_name("драма")
    expect(other).to_have_count(0)
    wish.focus()
    page.keyboard.press("Enter")
    expect(other).to_be_visible()
    expect(wish.locator("del")).to_have_text("драма")
    expect(wish).to_be_focused()
    page.wait_for_url(re.compile("skip=genre"))
    page.go_back()
    expect(other).to_have_count(0)
    expect(wish.locator("del")).to_have_count(0)


def test_a_correction_is_refused_and_a_suggestion_taken(opened: Open) -> None:
    page = opened("/?q=побек")
    expect(page.locator(".kadr-correction")).to_have_text("Показаны результаты по запросу побег")
    page.get_by_role("button", name="Искать точно: побек").click()
    expect(page.locator(".kadr-correction")).to_have_count(0)
    page.wait_for_url(re.compile("exact=1"))
    page.get_by_role("button", name="Исправлять").click()
    page.locator(".st-key-suggested").get_by_role("button", name="Хлеб и побег").click()
    expect(page.get_by_role("searchbox")).to_have_value("Хлеб и побег")
    expect(page.locator(TITLES).first).to_have_text("Хлеб и побег")
    page.wait_for_url(lambda url: "exact" not in url and "%D0%A5" in url)


def test_another_ten_are_drawn(opened: Open) -> None:
    page = opened()
    tiles = page.locator(".st-key-random .kadr-title")
    expect(tiles).to_have_count(10)
    first = tiles.all_inner_texts()
    page.get_by_role("button", name="Ещё десять").click()
    expect(tiles).not_to_have_text(first)


def test_hostile_text_is_shown_as_it_is(opened: Open) -> None:
    page = opened("/?q=чудовище+с+щупальцами")
    assert page.locator(TITLES).first.inner_text().replace(JOINER, "") == SHOWN_TITLE
    assert page.locator(FILMS).locator("script, [onclick], [onerror], a a").count() == 0
    page.locator(".st-key-director input").click()
    expect(page.get_by_role("option", name="[щупальце](javascript:alert(3))")).to_be_visible()
    assert page.locator("a[href^=javascript]").count() == 0


def test_an_image_that_fails_leaves_the_drawn_poster(opened: Open) -> None:
    page = opened("/?q=фотограф+ждёт+кита")
    posters = page.locator(".kadr-poster img")
    expect(posters).to_have_count(2)
    drawn, own = posters.all()
    drawn.evaluate("image => image.decode()")
    expect(drawn).to_have_attribute("alt", "Постер: Снимок кита (2020)")
    own.evaluate("image => image.complete || new Promise(done => image.onerror = done)")
    assert own.evaluate("image => image.naturalWidth") == 0


@pytest.mark.parametrize("path", ["/", "/?q=луна&genre=фантастика", "/?q=драмы+1969+года+без+Веры+Ким", "/?q=побек"])
def test_a_narrow_page_does_not_scroll_sideways(opened: Open, path: str) -> None:
    page = opened(path, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    boxes = [box.bounding_box() for box in page.locator(f"{FILMS}, .kadr-note").all()]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_ground_in_both_schemes(opened: Open, scheme: str) -> None:
    page = opened("/?q=луна", scheme=scheme)
    colours = [
        page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor"),
        page.locator(TITLES).first.evaluate("title => getComputedStyle(title).color"),
    ]
    ground, letters = (sum(map(int, re.findall(r"\d+", colour)[:3])) / 3 for colour in colours)
    assert (ground < 60 and letters > 180) if scheme == "dark" else (ground > 230 and letters < 80)


def test_the_readme_picture_is_taken(bundles: Path, tmp_path: Path) -> None:
    out = tmp_path / "picture.png"
    command = [sys.executable, "docs/screenshot.py", "--bundle", str(bundles), "--out", str(out), "--query", "луна"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    assert out.read_bytes().startswith(b"\x89PNG")
    assert out.stat().st_size <= MAX_BYTES


def test_the_readme_picture_without_a_browser_is_refused_in_one_line(bundles: Path, tmp_path: Path) -> None:
    out = tmp_path / "picture.png"
    command = [sys.executable, "docs/screenshot.py", "--bundle", str(bundles), "--out", str(out)]
    environment = {**os.environ, "KADR_CHROMIUM": str(tmp_path / "none")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr.count("\n"), out.exists()) == (1, 1, False)
    assert done.stderr.startswith("screenshot: ")


def test_the_page_about_the_catalogue_may_be_the_first_that_a_server_shows(
    bundles: Path, window: BrowserContext, faults: list[str]
) -> None:
    with serving(bundles) as url, window.new_page() as page:
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{url}/about")
        expect(page.locator(".kadr-hero")).to_have_text("О каталоге")
        expect(page.locator("[data-testid=stTopNavLink]").first).to_have_text(re.compile("Поиск"))
        expect(page.locator("[data-testid=stTopNavLink]", has_text="Темы")).to_have_count(0)  # the catalogue is small
        expect(page.locator("dl.kadr-about").first).to_have_css("display", "grid")  # the style sheet is there
        expect(page.locator("[data-testid=stSidebarNavLink]")).to_have_count(0)
        page.get_by_text("Проверка для владельца сайта").click()
        expect(page.locator(".kadr-check").first).to_contain_text("is whole")
    assert not faults
