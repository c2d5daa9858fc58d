import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cards import found, poster, safe_url
from kadr.film import Description, Film, Kind, SourceLink
from kadr.search.types import Hit, Piece, Why, WordMatch

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class _Tags(HTMLParser):
    """Collects the tags of a text with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def page(hit: Hit) -> str:
    """Return all HTML of a result."""
    return poster(hit.film) + found(hit)


def _hit(**fields: object) -> Hit:
    film = Film(**({"id": "1", "title": "Маяк"} | fields))  # type: ignore[arg-type]
    return Hit(film, 1, 0.5)


@given(st.text(min_size=1, max_size=80).map(lambda text: f"Я{text}{EVIL}"))
def test_nothing_of_a_film_becomes_markup(text: str) -> None:
    film = Film(
        id="1", title=text, genres=(text,), countries=(text,), descriptions=(Description(text),), kind=Kind.SERIES
    )
    hit = Hit(film, 1, 0.5, (Piece(text), Piece(text, marked=True)), Why(words=(WordMatch(text, "title"),)))
    found = _Tags(page(hit))
    assert {tag for tag, _ in found.tags} <= {"div", "img", "p", "mark", "details", "summary"}
    assert {name for _, attrs in found.tags for name in attrs} <= {"class", "alt", "loading", "src"}
    assert found.words.count("onerror=alert(2)") == 5


@pytest.mark.parametrize(("nearness", "told"), [(0.006, True), (0.004, False), (0.0, False), (None, False)])
def test_a_nearness_that_rounds_to_nothing_is_no_reason(nearness: float | None, told: bool) -> None:
    hit = Hit(Film(id="1", title="Маяк"), 1, 0.5, why=Why(nearness=nearness))
    assert ("близко по смыслу" in _Tags(page(hit)).words) is told


def test_a_text_under_a_licence_names_its_source_and_links_to_it() -> None:
    links = (
        SourceLink("wiki", "Q1", "https://ru.wiki.example/Маяк?a=1&b=2", "CC BY-SA 4.0"),
        SourceLink("shelf", "2", "https://shelf.example/2"),
        SourceLink(EVIL, "3", "javascript:alert(1)", EVIL),
    )
    found = _Tags(page(_hit(sources=links)))
    assert "Источник: ru.wiki.example, CC BY-SA 4.0" in found.words
    assert "shelf" not in found.words
    assert [attrs["href"] for tag, attrs in found.tags if tag == "a"] == ["https://ru.wiki.example/Маяк?a=1&b=2"]
    assert found.words.count("<script>alert(1)</script>") == 2


def test_a_card_says_what_and_why() -> None:
    film = Film(
        id="1",
        title="Маяк",
        year=1994,
        kind=Kind.SERIES,
        genres=("Drama", "комедия"),
        countries=("Куба",),
        age_rating=12,
        rating=7.25,
    )
    why = Why(exact_title=True, words=(WordMatch("маяк", "title"), WordMatch("море", "description")), nearness=0.634)
    text = page(Hit(film, 1, 0.5, (Piece("старый "), Piece("маяк", marked=True)), why))
    text = text.replace("\u00a0", " ")
    assert "1994 · сериал · драма, комедия · Куба · 12+ · ★ 7.2" in text
    assert "старый <mark>маяк</mark>" in text
    assert "точное название · в названии: маяк · в описании: море · близко по смыслу: 63 %" in text


def test_a_film_without_an_image_has_the_drawn_poster_only() -> None:
    images = [attrs for tag, attrs in _Tags(page(_hit(year=1994))).tags if tag == "img"]
    assert [image["alt"] for image in images] == ["Постер: Маяк (1994)"]
    assert str(images[0]["src"]).startswith("data:image/svg+xml;base64,")
    assert images[0]["loading"] == "lazy"


def test_an_image_lies_over_the_drawn_poster() -> None:
    images = [attrs for tag, attrs in _Tags(page(_hit(image_url="https://a.example/1.jpg?a&b"))).tags if tag == "img"]
    assert [image["alt"] for image in images] == ["Постер: Маяк", ""]
    assert images[1]["src"] == "https://a.example/1.jpg?a&b"
    assert images[1]["loading"] == "lazy"


def test_an_image_that_is_not_https_is_left_out() -> None:
    assert "http://a.example" not in page(_hit(image_url="http://a.example/1.jpg"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "http://a.example/",
        "https://",
        "//a.example",
        "https:///path",
        "https://a.example/a b",
        "https://a.example\\@b",
        "https://[::1",
        "https://a/" + "x" * 2000,
    ],
)
def test_bad_addresses_are_refused(url: str) -> None:
    assert safe_url(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/1.jpg", "https://пример.рф/ё?x=1&y=%20#z"])
def test_good_addresses_stay_as_they_are(url: str) -> None:
    assert safe_url(url) == url


def test_a_film_that_knows_nothing_has_no_empty_parts() -> None:
    assert not re.search(r"<p[^>]*></p>", page(_hit()))
    assert "kadr-facts" not in page(_hit())
