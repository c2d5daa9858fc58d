"""The language of the pages: the browser's, the address's, the chosen one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.shelf import ROOT, SECONDS, html

PAGES = ("search", "map", "themes", "about", "film", "for_you")
Open = Callable[..., AppTest]


@pytest.fixture
def opened(bundles: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page of the app in a new session.

    The search page and others have lists whose options `AppTest` names outside of the session, in Russian: on them,
    no second run can follow one in English.
    """

    def open_page(page: str, **params: str) -> AppTest:
        monkeypatch.setenv("KADR_BUNDLE", str(bundles))
        app = AppTest.from_file(ROOT / "app" / "ui.py", default_timeout=SECONDS)
        app.query_params.update(params)
        return app.switch_page(f"views/{page}.py").run()

    return open_page


def _title(app: AppTest) -> str:
    return html(app).partition('<h1 class="kadr-hero">')[2].partition("</h1>")[0]


def _scripts(app: AppTest) -> str:
    return "".join(block.proto.body for block in app.html if "<script" in block.proto.body)


def test_a_click_turns_the_page_into_english_and_back(opened: Open) -> None:
    app = opened("about")
    assert _title(app) == "О каталоге"
    assert app.button(key="other_language").label == "English"
    assert 'lang = "ru"' in _scripts(app)
    app.button(key="other_language").click().run()
    assert _title(app) == "About the catalogue"
    assert 'lang = "en"' in _scripts(app)
    assert app.button(key="other_language").label == "Русский"
    app.button(key="other_language").click().run()
    assert _title(app) == "О каталоге"


@pytest.mark.parametrize("chosen", [True, False])
def test_a_language_is_kept_from_page_to_page_and_goes_into_addresses(opened: Open, chosen: bool) -> None:
    app = opened("about") if chosen else opened("about", lang="en")
    if chosen:
        app.button(key="other_language").click().run()
    app.query_params.clear()
    app.switch_page("views/themes.py").run()
    assert "too few films" in html(app)
    assert _title(app) == "Themes of the catalogue"
    assert 'chosen = "en"' in _scripts(app)


def test_an_address_tells_the_language_until_another_is_chosen(opened: Open) -> None:
    app = opened("about", lang="en")
    assert _title(app) == "About the catalogue"
    app.button(key="other_language").click().run()
    assert app.query_params["lang"] == "en"  # the address that was opened: the browser writes the new one
    assert _title(app) == "О каталоге"
    assert 'chosen = "ru"' in _scripts(app)


def test_a_language_that_there_is_not_is_the_browsers(opened: Open) -> None:
    app = opened("about", lang='"><script>alert(1)</script>')
    assert _title(app) == "О каталоге"
    assert "alert" not in _scripts(app)
    assert 'chosen = ""' in _scripts(app)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_switch_and_is_drawn_in_english(opened: Open, page: str) -> None:
    app = opened(page, lang="en")
    assert app.button(key="other_language").label == "Русский"
    ours = [_title(app), *(caption.value for caption in app.caption), *(block.label for block in app.expander)]
    assert [text for text in ours if any("а" <= letter <= "я" for letter in text.lower())] == []
