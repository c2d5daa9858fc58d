"""A search in a real Chromium while the hosted model is down: films all the same, and a banner that says why."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from docs.screenshot import serving_script
from tests.app.shelf import ROOT
from tests.servers.inference import Fault
from tests.vectorise.shop import TOKEN, opened_shop

pytestmark = pytest.mark.browser

SECONDS = 15
"""What a busy machine may take for what takes a fraction of one."""


@pytest.fixture
def page(tmp_path: Path, window: BrowserContext) -> Iterator[Page]:
    """Return a tab on a catalogue of vectors whose model has gone since it was built, and its address in `page.url`."""
    with opened_shop(tmp_path) as shop:
        shop.build()
        shop.server.misbehave(lambda _number, _texts: Fault.refused())
        told = {"KADR_INFERENCE_URL": shop.server.url, "KADR_INFERENCE_TOKEN": TOKEN, "HF_TOKEN": ""}
        environment = {**os.environ, **told, "KADR_BUNDLE": str(tmp_path / "bundles")}
        with serving_script(ROOT / "app" / "main.py", environment) as url, window.new_page() as page:
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.set_default_timeout(SECONDS * 1000)
            page.goto(url)
            yield page
            assert faults == []


def test_while_the_model_is_down_the_words_find_and_the_banner_says_so(page: Page) -> None:
    expect.set_options(timeout=SECONDS * 1000)
    page.get_by_role("searchbox").fill("qwrtplk левшам")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-cards .kadr-title").first).to_have_text("Вторая луна")
    banner = page.locator(".kadr-note[role=status]")
    expect(banner).to_contain_text("не принимает ключ доступа")
    expect(banner).to_contain_text("Показано найденное по словам.")
    assert TOKEN not in page.content()
