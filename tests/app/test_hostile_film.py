"""A film whose every field is hostile, from page to browser: nothing runs, nothing is fetched, all of it is text."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from app.markdown import JOINER
from docs.screenshot import serving
from kadr.bundle import read_manifest, resolve
from kadr.film import Film
from kadr.text import collapse, plain
from tests.app.hostile import ATTACKER, PAYLOADS, RUN, hostile_films, publish, read_film, theme_id
from tests.app.shelf import Visit, films, html, scripts, titles
from tests.servers.wire import Loopback, text_reply

FILMS = "[class*=st-key-card_], [class*=st-key-tile_]"
SECONDS = 15
"""What a busy machine may take for what takes a fraction of one."""
ALLOWED_TAGS = frozenset(
    ["div", "img", "h1", "h2", "h3", "p", "mark", "strong", "a", "small", "dl", "dt", "dd", "details", "summary"]
)
ALLOWED_ATTRIBUTES = frozenset(["class", "alt", "loading", "src", "href", "target", "rel", "role", "id", "tabindex"])


@pytest.fixture(scope="module")
def attacker() -> Iterator[Loopback]:
    """A server that writes down whoever asks it for anything."""
    with Loopback(lambda _: text_reply(RUN, kind="text/javascript")) as server:
        yield server


@pytest.fixture(scope="module")
def hostile(attacker: Loopback) -> list[Film]:
    return [*hostile_films(attacker.url), read_film(attacker.url)]


@pytest.fixture(scope="module")
def shelf(attacker: Loopback, hostile: list[Film], bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    themes = {payload.replace(ATTACKER, attacker.url): [place] for place, payload in enumerate(PAYLOADS.values())}
    return publish(hostile, bundles, tmp_path_factory.mktemp("hostile") / "out", themes)


class Markup(HTMLParser):
    """Collects what the HTML of the app is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.images: set[str] = set()
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}
        sources = {value or "" for name, value in attrs if name == "src"}
        self.images |= {url for url in sources if not url.startswith("data:image/svg+xml;base64,")}

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_shelf_holds_every_hostile_film(hostile: list[Film], bundles: Path) -> None:
    assert len(hostile) < len(films()) == read_manifest(resolve(bundles)).counts["films"]


def test_a_film_that_was_read_holds_no_markup(attacker: Loopback) -> None:
    film = read_film(attacker.url)
    assert film.title == "Левиафан из глубин"
    assert (film.image_url, film.external_ids) == ("", {})
    assert film.page_url == f"{attacker.url}/film/1"
    lists = film.genres + film.countries + film.directors + film.actors + film.tags
    for text in (film.title, film.original_title, film.tagline, *lists, *(d.text for d in film.descriptions)):
        assert text == plain(text)
        assert not set(text) & {"\x00", "\x07", "\x1b", "\u202e", "\u200f", "\ufeff"}


@pytest.mark.parametrize("place", range(len(PAYLOADS)), ids=list(PAYLOADS))
def test_every_page_escapes_every_field(visit: Visit, shelf: Path, hostile: list[Film], place: int) -> None:
    film = hostile[place]
    pages = [visit(shelf, q=film.title[:200]), visit(shelf, director=film.directors[0], k="50")]
    found = Markup("".join(map(html, pages)))
    assert found.tags <= ALLOWED_TAGS
    assert found.attributes <= ALLOWED_ATTRIBUTES
    for key, page in zip(("cards", "popular"), pages, strict=True):
        assert collapse(film.title) in titles(page, key)
    assert found.links == {"#found"}  # the page's own
    assert found.images <= {each.image_url for each in hostile if each.image_url.startswith("https://")}


def test_hostile_addresses_are_answered_with_text(visit: Visit, shelf: Path) -> None:
    for payload in PAYLOADS.values():
        app = visit(shelf, q=payload, genre=payload, director=payload, actor=payload, country=payload, mode=payload)
        found = Markup(html(app))
        assert found.tags <= ALLOWED_TAGS
        assert found.attributes <= ALLOWED_ATTRIBUTES
        assert scripts(app) == scripts(visit(shelf))


@pytest.fixture(scope="module")
def address(shelf: Path) -> Iterator[str]:
    with serving(shelf) as url:
        yield url


Open = Callable[[str], Page]


@pytest.fixture
def opened(window: BrowserContext, address: str, attacker: Loopback) -> Iterator[Open]:
    """Return a function that opens a path of the app; what pages did is looked at when the test ends."""
    faults: list[str] = []

    def refuse(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def go(path: str) -> Page:
        page = window.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("dialog", refuse)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("popup", lambda popup: faults.append(f"popup: {popup.url}"))
        page.on("request", lambda r: faults.append(r.url) if r.url.startswith(attacker.url) else None)
        page.goto(address + path)
        page.locator(f"{FILMS}, .kadr-note, .kadr-about, .kadr-strip").first.wait_for()
        page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
        return page

    yield go
    for page in window.pages:
        assert page.url.startswith((address, "about:blank"))
        assert page.evaluate("window.hacked") is None
        assert page.locator("#hacked, iframe, base, meta[http-equiv=refresh], a[href^=javascript]").count() == 0
        page.close()
    assert faults == []
    assert attacker.received == []


@pytest.mark.browser
def test_cards_and_tiles_are_only_read(opened: Open, hostile: list[Film]) -> None:
    for path, kind in (("/?k=50", "tile"), ("/?q=кракен+щупальца&k=50", "card")):
        page = opened(path)
        links = page.locator(f"[class*=st-key-{kind}_] [data-testid=stPageLink] a")
        wanted = {collapse(film.title) for film in hostile[: len(PAYLOADS)]}
        links.nth(len(wanted) - 1).wait_for()
        shown = {collapse(text).replace(JOINER, "") for text in links.all_text_contents()}
        assert wanted <= shown
        assert links.locator("a a, img, .katex, code, strong, span[style*=color]").count() == 0
        links.first.hover()
    assert page.locator(".kadr-snippet mark").count() > 0


@pytest.mark.browser
def test_filters_list_hostile_names_as_text(opened: Open, hostile: list[Film]) -> None:
    page = opened("/?q=кракен&k=50")
    for name, values in (("director", hostile[0].directors), ("country", hostile[0].countries)):
        page.locator(f".st-key-{name} input").click()
        page.keyboard.type(values[0][:30])
        expect(page.get_by_role("option").filter(has_text=values[0][:60]).first).to_be_visible()
        page.keyboard.press("Enter")
        page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
        expect(page.locator(f".st-key-{name}").get_by_text(values[0][:60]).first).to_be_visible()


@pytest.mark.browser
def test_the_about_page_names_hostile_sources_as_text(opened: Open) -> None:
    page = opened("/about")
    shown = collapse(" ".join(page.locator(".kadr-about").all_inner_texts()))
    assert collapse(PAYLOADS["elements"]) in shown
    assert collapse(PAYLOADS["markdown"]) in shown


@pytest.mark.browser
def test_themes_have_hostile_names_as_text_and_lead_to_their_films(opened: Open, hostile: list[Film]) -> None:
    page = opened("/themes")
    links = page.locator(".st-key-themes [data-testid=stPageLink]")
    expect(links).to_have_count(len(PAYLOADS))
    shown = {collapse(text).replace(JOINER, "") for text in links.all_text_contents()}
    assert shown == {collapse(film.directors[0].removeprefix("Режиссёр ")) for film in hostile[: len(PAYLOADS)]}
    assert links.locator("a a, img, svg, span[style*=color], .katex, code, strong, h1").count() == 0
    links.nth(3).click()
    expect(page.locator("[class*=st-key-tile_] .kadr-title")).to_have_count(1)
    assert theme_id(3) in page.url
    name = collapse(list(PAYLOADS.values())[3])
    expect(page.locator(".st-key-theme").get_by_text(name[:30]).first).to_be_visible()


@pytest.mark.browser
def test_suggestions_name_hostile_films_as_text(opened: Open, hostile: list[Film]) -> None:
    film = hostile[list(PAYLOADS).index("markdown")]
    page = opened("/?q=кракен+mark&genre=нет")
    button = page.locator(".st-key-suggested button").first
    expect(button).to_contain_text("![x](")
    assert collapse(film.title).startswith(collapse(button.inner_text()).replace(JOINER, "").rstrip("…"))
    assert button.locator("a, img, .katex, code, strong, span[style*=color]").count() == 0
    button.click()
    expect(page.get_by_role("searchbox")).to_have_value(collapse(film.title))


@pytest.mark.browser
@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 3))
def test_a_hostile_link_to_the_app_does_nothing(opened: Open, attacker: Loopback, first: int) -> None:
    texts = [quote(text.replace(ATTACKER, attacker.url)) for text in PAYLOADS.values()] * 2
    names = ("q", "genre", "director", "sort", "skip", "theme")
    opened("/?" + "&".join(f"{name}={text}" for name, text in zip(names, texts[first:], strict=False)))
