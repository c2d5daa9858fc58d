"""A visitor's way in a real Chromium: from a film that was found to films to their taste, and back another day."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

pytestmark = pytest.mark.browser

SECONDS = 15
"""What a busy machine may take for what takes a fraction of one."""
expect.set_options(timeout=SECONDS * 1000)

Open = Callable[..., Page]


@pytest.fixture
def opened(window: BrowserContext, address: str) -> Iterator[Open]:
    """Return a function that opens a path of the app, or a whole address, as a visitor who was never there."""
    faults: list[str] = []

    def go(path: str, width: int = 1280) -> Page:
        page = window.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.set_default_timeout(SECONDS * 1000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path if path.startswith("http") else address + path)
        settled(page)
        return page

    yield go
    for page in window.pages:
        page.close()
    assert faults == []


def settled(page: Page) -> None:
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()


def _rate(page: Page, stars: int) -> None:
    page.locator(".st-key-film_opinion").get_by_test_id("stFeedbackButton").nth(stars - 1).click()


def _watched(page: Page) -> Locator:
    """Return the switch where it is on. While a page is drawn anew, the one before may stand there as well."""
    return page.get_by_role("switch", name="Просмотрено", checked=True)


def test_a_film_is_found_rated_recommended_by_and_brought_back_by_its_link(opened: Open) -> None:
    page = opened("/?q=смотритель+маяка")
    page.get_by_role("link", name="Смотритель маяка").first.click()
    expect(page.locator("h1")).to_have_text("Смотритель маяка")
    page.wait_for_url(re.compile(r"/film\?id="))
    expect(page).to_have_title(re.compile("Смотритель маяка"))
    _rate(page, 5)
    expect(_watched(page)).to_have_count(1)
    page.get_by_role("link", name="Что посмотреть дальше").click()
    because = page.locator(".kadr-because")
    expect(because.first).to_have_text("Потому что вам понравилось: «Смотритель маяка»")
    link = page.locator(".st-key-take code").inner_text()
    later = opened(link)
    later.get_by_role("button", name="Добавить").click()
    expect(later.locator(".kadr-because").first).to_have_text("Потому что вам понравилось: «Смотритель маяка»")
    assert "mine" not in later.url
    expect(later.get_by_text("★\u00a05 из 5")).to_be_visible()


def test_the_back_button_leads_from_a_film_to_its_search_and_the_history_stays(opened: Open) -> None:
    page = opened("/?q=джаз")
    page.get_by_role("link", name="Подлёдный джаз").first.click()
    expect(page.locator("h1")).to_have_text("Подлёдный джаз")
    _rate(page, 1)
    expect(_watched(page)).to_have_count(1)
    other = page.locator(".st-key-film_similar").get_by_role("link").first
    name = other.inner_text()
    other.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(_watched(page)).to_have_count(0)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Подлёдный джаз")
    expect(_watched(page)).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("джаз")
    expect(page.get_by_role("link", name="Подлёдный джаз").first).to_be_visible()


def test_more_like_this_but_searches_with_both(opened: Open) -> None:
    page = opened("/?q=джаз")
    page.get_by_role("link", name="Подлёдный джаз").first.click()
    page.get_by_label("Похожее на этот фильм").fill("про робота")
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_have_value("похожий на «Подлёдный джаз», но про робота")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Подлёдный джаз")


def test_a_file_takes_the_history_along_and_brings_it_back(opened: Open, tmp_path: Path) -> None:
    page = opened("/for_you")
    page.locator(".st-key-quick").get_by_test_id("stFeedbackButton").first.click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Скачать файл").click()
    file = tmp_path / "mine.csv"
    downloading.value.save_as(file)
    assert ",liked," in file.read_text(encoding="utf-8-sig")
    later = opened("/for_you")
    later.locator("input[type=file]").set_input_files(file)
    expect(later.get_by_text("Найдены ваши отметки: 1 фильм")).to_be_visible()
    later.get_by_role("button", name="Добавить").click()
    expect(later.locator(".kadr-because").first).to_be_visible()
    later.get_by_role("button", name="Забыть всё").click()
    later.get_by_role("button", name="Да, забыть 1 фильм").click()
    expect(later.locator(".kadr-because")).to_have_count(0)


def test_a_narrow_page_does_not_scroll_sideways(opened: Open) -> None:
    page = opened("/?q=джаз", width=360)
    page.get_by_role("link", name="Подлёдный джаз").first.click()
    _rate(page, 5)
    page.get_by_role("link", name="Что посмотреть дальше").click()
    for place in (page.locator(".st-key-take"), page.locator("[class*=st-key-entry_]")):
        expect(place).to_be_visible()
        inside = place.evaluate("e => e.getBoundingClientRect().right <= innerWidth && e.scrollWidth <= e.clientWidth")
        assert inside
    assert page.evaluate("document.documentElement.scrollWidth") == 360
