"""A visitor's ratings of another place in a real Chromium: chosen as a file, brought in, asked why, and put on a list.

What can be clicked on a card lies above the link that covers it, which only a browser tells.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.tables import MAX_BYTES
from tests.app.shelf import PLOTS

pytestmark = pytest.mark.browser

SECONDS = 15
"""What a busy machine may take for what takes a fraction of one."""


@pytest.fixture
def page(window: BrowserContext, address: str) -> Iterator[Page]:
    faults: list[str] = []
    page = window.new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_default_timeout(SECONDS * 1000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/for_you")
    yield page
    page.close()
    assert faults == []


def test_ratings_of_another_place_lead_to_films_that_can_be_asked_why(page: Page) -> None:
    expect.set_options(timeout=SECONDS * 1000)
    rows = "\n".join(f"{title},{year},{5 - place % 2}" for place, (title, year, *_) in enumerate(PLOTS[:6]))
    long = "x" * 90_000
    others = "\n".join(f"Nowhere at All,1990,1,{long}" for _ in range(MAX_BYTES // len(long) - 1))  # one film, often
    table = f"Name,Year,Rating,Review\n{rows}\n{others}\n"
    page.locator(".st-key-take input[type=file]").set_input_files(
        {"name": "ratings.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_text("Не нашлось в этом каталоге: 1 фильм").click()
    expect(page.get_by_text("Nowhere at All (1990)")).to_be_visible()
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_role("heading", name="Подобрано для вас")).to_be_visible()
    card = page.locator(".st-key-recommended [class*='st-key-card_for_you_']").first
    title = card.locator("h3").inner_text()
    card.get_by_role("button", name="Почему этот фильм").click()
    expect(card.locator(".kadr-shares dd").first).to_be_visible()
    card.get_by_role("button", name="Хочу посмотреть").click()
    expect(page.locator(".st-key-watchlist").get_by_role("link", name=title)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
