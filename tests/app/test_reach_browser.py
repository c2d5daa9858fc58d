"""Pages in a real Chromium as they are reached: by a link from outside, by a finger, by keys alone, by going back."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

pytestmark = pytest.mark.browser

SECONDS = 15
"""What a busy machine may take for what takes a fraction of one."""
FINGER = 40
"""Pixels that a finger hits."""
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"

Open = Callable[..., Page]


@pytest.fixture
def opened(window: BrowserContext, address: str) -> Iterator[Open]:
    """Return a function that opens a path of the app in a fresh tab; nothing may fail in any of them."""
    expect.set_options(timeout=SECONDS * 1000)
    faults: list[str] = []

    def watch(response: Response) -> None:
        if response.url.startswith(address) and response.status >= 400:
            faults.append(f"{response.status} {response.url}")

    def go(path: str, width: int = 1280, height: int = 800) -> Page:
        page = window.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", watch)
        page.goto(address + path)
        page.locator(".kadr-hero, .kadr-note").first.wait_for()
        page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
        # Streamlit fetches the programs of its widgets, and the fonts, when the first of them is drawn.
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        page.evaluate("document.fonts.ready")
        return page

    yield go
    for page in window.pages:
        page.close()
    assert faults == []


def test_films_are_sent_before_what_they_are_clicked_and_sorted_with(window: BrowserContext, address: str) -> None:
    """A browser draws them first, then, and does not load the means for widgets meanwhile."""
    sent: list[str] = []

    def note(frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            element = ForwardMsg.FromString(frame).delta.new_element
            sent.append("film" if 'class="kadr-title"' in element.html.body else element.WhichOneof("type"))

    page = window.new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(f"{address}/?q=драма")
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for(timeout=SECONDS * 1000)
    page.close()
    last = max(place for place, kind in enumerate(sent) if kind == "film")
    widgets = {"feedback", "page_link", "button_group", "selectbox", "multiselect"}
    assert widgets <= set(sent)
    assert widgets.isdisjoint(sent[:last])


@pytest.mark.parametrize("path", ["/about", "/film?id=none", "/for_you", "/film/?id=none"])
def test_a_link_from_outside_asks_for_nothing_that_there_is_not(opened: Open, address: str, path: str) -> None:
    page = opened(path)
    page.locator("[data-testid=stTopNavLink]").first.click()
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert page.url == f"{address}/"


def test_what_a_finger_is_to_hit_is_large_enough_and_in_one_line(opened: Open) -> None:
    page = opened("/?q=джаз", width=360)
    card = page.locator("[class*=st-key-card_]").first
    parts = [
        card.get_by_test_id("stFeedbackButton").first,
        card.get_by_test_id("stFeedbackButton").last,
        card.get_by_role("button", name="Хочу посмотреть"),
        card.locator(".kadr-why summary"),
        page.locator(".st-key-language button"),
    ]
    boxes = [part.bounding_box() for part in parts]
    assert all(box and min(box["width"], box["height"]) >= FINGER for box in boxes)
    assert len({box["y"] for box in boxes[:3] if box}) == 1


def test_keys_alone_lead_past_the_filters_and_the_number_of_results_is_told(opened: Open) -> None:
    page = opened("/?q=драма")
    skip = page.get_by_role("link", name="К результатам")
    skip.focus()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    found = page.get_by_role("status").get_by_role("heading", name="Нашлось")
    expect(found).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".st-key-tools :focus")).to_have_count(1)


def _to_the_last(page: Page, link: str) -> float:
    """Focus the last of such links, which scrolls far down to it; return how far."""
    last = page.locator(link).last
    last.wait_for(state="attached")
    last.focus()
    page.wait_for_function(f"{SCROLLED} > 500")
    return float(page.evaluate(SCROLLED))


@pytest.mark.parametrize("idle_click", [False, True])
def test_going_back_shows_the_results_where_they_were_left(opened: Open, *, idle_click: bool) -> None:
    page = opened("/?k=20", width=360)
    left = _to_the_last(page, ".st-key-popular a")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-film")).to_be_visible()
    page.wait_for_function(f"{SCROLLED} === 0")
    if idle_click:
        page.locator("h1").click()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.wait_for_function(f"Math.abs({SCROLLED} - {left}) < 2")


def test_the_page_of_a_similar_film_begins_at_its_top(opened: Open, ids: Sequence[str]) -> None:
    page = opened(f"/film?id={ids[0]}", width=360)
    _to_the_last(page, ".st-key-film_similar a")
    page.locator(".st-key-film_similar a").last.click()
    page.wait_for_url(lambda url: ids[0] not in url)
    expect(page.locator("h1")).not_to_have_text("Смотритель маяка")
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.wait_for_function(f"{SCROLLED} === 0")


def test_a_language_that_is_chosen_amid_results_names_the_choices_and_spoils_none(opened: Open) -> None:
    page = opened("/?q=письмо&sort=oldest")
    order = page.locator(".st-key-sort input")
    expect(order).to_have_value("сначала старые")
    page.get_by_role("button", name="English").click()
    expect(order).to_have_value("oldest first")
    page.get_by_role("searchbox").fill("джаз")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-cards .kadr-title")).to_have_text(["Подлёдный джаз"])
    expect(order).to_have_value("oldest first")
    page.wait_for_url(lambda url: "sort=oldest" in url and "lang=en" in url)
