"""Speaking in a real Chromium, whose microphone hears a file: recorded, transcribed, corrected, searched."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from docs.screenshot import CHROMIUM_ARGUMENTS, find_chromium, serving_script
from tests.servers.speech import SpeechServer, seconds_of, tone

pytestmark = pytest.mark.browser

WORDS = "про смотрителя маяка"
SCRIPT = """
import streamlit as st

from app.voice import voice

st.text_input("query", key="q")
voice()
st.html(f'<p id="asked">{st.session_state["q"]}</p>')
"""
PATIENCE_MS = 15_000
SETTINGS = Path(__file__).parents[2] / "app" / ".streamlit"


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with SpeechServer(lambda _: WORDS) as speech:
        yield speech


@pytest.fixture
def page(server: SpeechServer, bundles: Path, tmp_path: Path) -> Iterator[Page]:
    """A page with the control in a browser that lets it hear; it ends by finding that nothing went wrong there."""
    (tmp_path / "page.py").write_text(SCRIPT, encoding="utf-8")
    shutil.copytree(SETTINGS, tmp_path / SETTINGS.name)
    (tmp_path / "heard.wav").write_bytes(tone(5.0))
    named = {
        "KADR_BUNDLE": str(bundles),
        "KADR_SPEECH_URL": f"{server.url}/v1",
        "KADR_INFERENCE_TOKEN": "",
        "HF_TOKEN": "",
    }
    hearing = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={tmp_path / 'heard.wav'}",
    )
    faults: list[str] = []
    with (
        serving_script(tmp_path / "page.py", {**os.environ, **named}) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=[*CHROMIUM_ARGUMENTS, *hearing]) as browser,
    ):
        opened = browser.new_page(locale="ru-RU", permissions=["microphone"])
        opened.set_default_timeout(PATIENCE_MS)
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        opened.goto(url)
        yield opened
    assert faults == []


def test_a_visitor_speaks_corrects_and_searches(server: SpeechServer, page: Page) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    control = page.get_by_role("button", name="Голосом").locator("visible=true")
    control.click()
    page.get_by_role("button", name="Record").click()
    page.get_by_text("00:01").wait_for()
    page.get_by_role("button", name="Stop recording").click()
    field = page.get_by_label("Услышано так, можно поправить")
    expect(field).to_have_value(WORDS)
    expect(page.locator("#asked")).to_have_text("")
    field.fill(f"{WORDS} и письмо")
    page.get_by_role("button", name="Искать").click()
    expect(page.locator("#asked")).to_have_text(f"{WORDS} и письмо")
    expect(page.get_by_label("query")).to_have_value(f"{WORDS} и письмо")
    expect(field).to_have_count(0)
    (sound,) = server.sounds
    assert (seconds_of(sound) or 0) >= 1
    control.click()
    expect(page.get_by_text("00:00")).to_be_visible()  # the recorder is empty again
    expect(field).to_have_count(0)
