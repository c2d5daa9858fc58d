"""The language of the pages: the browser's, the address's, the chosen one."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.taken import to_link
from app.texts import LANGUAGE_KEY
from kadr.engine import Engine
from kadr.film import MAX_TITLE, Film
from kadr.recommend.types import Event
from tests.app.charted import chart_bundle, diagonal
from tests.app.hostile import publish
from tests.app.pages import links
from tests.app.shelf import ROOT, SECONDS, html

PAGES = ("search", "map", "themes", "about", "film", "for_you")
Open = Callable[..., AppTest]
LEON = Film(id="t:1", title="Леон <b>", original_title="Léon <i>", year=1994)
"""Both its titles hold a mark that a page has to escape."""
LEADING = ("Léon &lt;i&gt;", "Леон &lt;b&gt;")
"""By language: what leads on the English page and on the Russian one, as HTML has it."""


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


def _titled(title: str, original: str) -> None:
    import streamlit as st  # AppTest runs the text of this function alone

    from app.cards import other_title, title_of
    from kadr.film import Film

    film = Film(id="1", title=title, original_title=original)
    st.text(title_of(film))
    st.text(other_title(film))


@pytest.mark.parametrize(
    ("title", "original", "leads"),
    [
        ("Леон", "Léon", "Léon"),
        ("300 спартанцев", "300", "300"),
        ("Ёлки 2", "Yolki 2: Ёлки", "Yolki 2: Ёлки"),
        ("千と千尋の神隠し", "Spirited Away", "Spirited Away"),
        ("Унесённые призраками", "千と千尋の神隠し", "Унесённые призраками"),
        ("Город Zero", "", "Город Zero"),
        ("Маяк", "—", "Маяк"),
        ("Маяк", "x" * (MAX_TITLE + 1), "Маяк"),
        ("1+1", "Intouchables", "1+1"),
        ("Spirited Away", "Sen to Chihiro", "Spirited Away"),
    ],
)
@pytest.mark.parametrize("spoken", ["en", "ru"])
def test_on_the_english_page_an_original_title_in_latin_letters_leads(
    title: str, original: str, leads: str, spoken: str
) -> None:
    app = AppTest.from_function(_titled, default_timeout=SECONDS, kwargs={"title": title, "original": original})
    app.session_state[LANGUAGE_KEY] = spoken
    leads = leads if spoken == "en" else title
    assert [text.value for text in app.run().text] == [leads, title if leads == original else original]


@pytest.fixture(scope="module")
def translated(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with one film of two titles, and a map."""
    with Engine.open(bundles) as engine:
        films = [LEON, *list(engine.films())[1:]]  # a bundle made of another has as many
    root = tmp_path_factory.mktemp("translated")
    at = diagonal(len(films))[::-1]  # the film's id sorts last: it has a place, and the first film has none
    return chart_bundle(publish(films, bundles, root / "named", {}), root / "out", at)


@pytest.fixture
def named(translated: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page of the app on that catalogue, with what was said of films."""

    def open_page(page: str, *events: Event, **params: str) -> AppTest:
        monkeypatch.setenv("KADR_BUNDLE", str(translated))
        app = AppTest.from_file(ROOT / "app" / "ui.py", default_timeout=SECONDS)
        app.query_params.update(params)
        if events:
            app.session_state["history"] = {event.film: event for event in events}
        return app.switch_page(f"views/{page}.py").run()

    return open_page


def _leads(spoken: str) -> tuple[str, str]:
    """Return the title that leads in a language, and the other one."""
    return LEADING if spoken == "en" else (LEADING[1], LEADING[0])


@pytest.mark.parametrize("spoken", ["en", "ru"])
def test_a_card_is_headed_and_linked_by_the_title_of_its_language(named: Open, spoken: str) -> None:
    app = named("search", q="Leon", lang=spoken)
    leads, _ = _leads(spoken)
    assert f'<h3 class="kadr-title">{leads}</h3>' in html(app)
    assert (LEON.original_title if spoken == "en" else LEON.title) in [label for label, _ in links(app)]
    assert f"{LEADING[1]}\u00a0· 1994" in html(app) if spoken == "en" else LEADING[0] not in html(app)


@pytest.mark.parametrize("spoken", ["en", "ru"])
def test_a_poster_is_drawn_and_told_with_the_title_of_its_language(named: Open, spoken: str) -> None:
    page = html(named("film", id=LEON.id, lang=spoken))
    leads, other = _leads(spoken)
    alt, _, drawn = page.partition('alt="')[2].partition('"')
    assert leads in alt
    svg = b64decode(drawn.partition("base64,")[2].partition('"')[0]).decode()
    assert leads.split()[0] in svg
    assert other.split()[0] not in svg


@pytest.mark.parametrize("spoken", ["en", "ru"])
def test_the_page_of_a_film_is_headed_by_the_title_of_its_language_and_the_other_follows(
    named: Open, spoken: str
) -> None:
    app = named("film", id=LEON.id, lang=spoken)
    leads, other = _leads(spoken)
    assert _title(app) == leads
    assert f'<p class="kadr-original">{other}</p>' in html(app)


def test_more_like_a_film_asks_by_the_title_of_the_page(named: Open) -> None:
    app = named("film", id=LEON.id, lang="en")
    next(button for button in app.button if button.label == "Find it").click().run()
    assert app.query_params["q"] in ("like “Léon <i>”", ["like “Léon <i>”"])


@pytest.mark.parametrize("spoken", ["en", "ru"])
def test_recommendations_name_the_films_that_speak_for_them_in_their_language(named: Open, spoken: str) -> None:
    page = html(named("for_you", Event(LEON.id, "liked"), lang=spoken))
    reasons = "".join(part.partition("</p>")[0] for part in page.split('<p class="kadr-because">')[1:])
    leads, other = _leads(spoken)
    assert leads in reasons
    assert other not in reasons


@pytest.mark.parametrize("spoken", ["en", "ru"])
def test_an_offer_names_films_in_the_language_of_the_page(named: Open, spoken: str) -> None:
    page = html(named("for_you", lang=spoken, mine=to_link((Event(LEON.id, "liked"),))))
    leads, other = _leads(spoken)
    offer = page.partition("kadr-hero")[2].partition("kadr-poster")[0]
    assert leads in offer
    assert other not in offer


def test_the_map_names_films_in_the_language_of_each_visitor(named: Open) -> None:
    for spoken, title in (("ru", LEON.title), ("en", LEON.original_title), ("ru", LEON.title)):
        (drawn,) = named("map", lang=spoken).get("echarts_chart")
        titles = {point[2] for each in json.loads(drawn.proto.spec)["series"] for point in each["data"]}
        assert title in titles
        assert len(titles & {LEON.title, LEON.original_title}) == 1
