import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.fetch.page import Page
from kadr.collect.headers import Field
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.merge import Pool
from kadr.collect.page.read import PageFilm, read_page
from kadr.errors import ConfigError, PageError
from kadr.film import Kind

PLOT = "A retired clockmaker receives a parcel with a watch that he repaired forty years ago."
FILM = {"@type": "Movie", "name": "Paper Harbour", "description": PLOT}


def read(
    data: Any = None,
    body: str = "<h1>Paper Harbour</h1>",
    head: str = "",
    url: str = "https://x.example/film/7",
    defaults: Mapping[Field, str] | None = None,
) -> PageFilm:
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if data else ""
    html = f"<html><head>{head}{script}</head><body>{body}</body></html>"
    return read_page(Page(url, url, 200, {}, html.encode(), "2026-01-01T00:00:00+00:00"), "s", defaults or {})


def test_the_more_trusted_place_counts_field_by_field() -> None:
    body = (
        '<div itemscope itemtype="http://schema.org/Movie"><h1 itemprop="name">Paper Harbour</h1>'
        '<meta itemprop="genre" content="War"><meta itemprop="countryOfOrigin" content="France"></div>'
        "<dl><dt>Director</dt><dd>Fact Person</dd><dt>Country</dt><dd>Spain</dd></dl>"
    )
    got = read(FILM | {"genre": ["Drama"]}, body, '<meta property="og:title" content="Elsewhere">')
    assert (got.film.title, got.film.genres) == ("Paper Harbour", ("Drama",))
    assert (got.film.countries, got.origins["countries"]) == (("France",), "microdata: countryOfOrigin[].name")
    assert (got.film.directors, got.origins["directors"]) == (("Fact Person",), 'fact row "Director"')


def test_a_picture_named_as_a_row_names_the_film_is_its_poster() -> None:
    body = (
        '<img src="/top.gif" alt="Tapes"><img src="/p.jpg" alt="Paper Harbour"><img src="/q.jpg" alt="Paper Harbour 2">'
        "<p>Название: Paper Harbour</p><p>Year: 1999</p><p>Director: Ann Li</p>"
    )
    got = read(body=body, head="<title>Tapes - Paper Harbour</title>")
    assert (got.film.title, got.film.image_url) == ("Paper Harbour", "https://x.example/p.jpg")


def test_a_claim_that_cannot_be_read_falls_to_the_next() -> None:
    head = '<meta property="video:duration" content="5400">'
    got = read(FILM | {"duration": "long", "datePublished": "soon", "contentRating": "PG"}, head=head)
    assert (got.film.runtime_minutes, got.origins["runtime_minutes"]) == (90, "meta video:duration")
    assert got.film.year is None
    assert "year" not in got.origins
    assert got.film.age_rating is None


def test_the_films_own_year_goes_before_the_date_of_the_page() -> None:
    assert read(FILM | {"datePublished": "2021-03-05"}, "<h1>Paper Harbour (1999)</h1>").film.year == 1999
    assert read(FILM | {"datePublished": "2021-03-05"}, "<h1>Paper Harbour</h1>").film.year == 2021
    assert read(FILM | {"datePublished": "1999-03-05"}, "<h1>Another (1950)</h1>").film.year == 1999


def test_votes_are_of_those_who_rated() -> None:
    own = FILM | {"aggregateRating": {"ratingValue": 8, "bestRating": 10}}
    rows = "<dl><dt>Votes</dt><dd>120</dd><dt>Rating</dt><dd>7.1</dd></dl>"
    got = read(own, "<h1>Paper Harbour</h1>" + rows)
    assert (got.film.rating, got.film.votes) == (8.0, None)


def test_a_description_cut_short_is_taken_whole_from_elsewhere() -> None:
    head = f'<meta name="description" content="{PLOT}">'
    got = read(FILM | {"description": PLOT[:50] + "..."}, head=head)
    assert (got.film.description, got.origins["descriptions"]) == (PLOT, "meta description")
    dots = "He opens the door, and behind it stands his own brother..."
    assert read(FILM | {"description": dots}, head=head).film.description == dots


@pytest.mark.parametrize(
    "text", ["No description", "-", "Drama.", "Watch Paper Harbour online for free in HD on Xsite."]
)
def test_what_describes_nothing_is_no_description(text: str) -> None:
    assert read(FILM | {"description": text, "genre": "War"}).film.descriptions == ()


def test_calls_to_watch_are_taken_off_a_description() -> None:
    text = f"Смотреть фильм Гавань онлайн бесплатно. {PLOT} Watch it online in HD for free!"
    assert read(FILM | {"description": text}).film.description == PLOT


@pytest.mark.parametrize(
    ("link", "page_url", "own_id"),
    [
        ("/film/7-paper", "https://x.example/film/7-paper", "film/7-paper"),
        ("https://www.x.example/film/7#top", "https://www.x.example/film/7", "film/7"),
        ("https://other.example/film/9", "https://x.example/film/7", "film/7"),  # another site's address is not ours
        ("/", "https://x.example/film/7", "film/7"),  # a template's mistake: all films would be one
        ("javascript:x", "https://x.example/film/7", "film/7"),
    ],
)
def test_the_pages_own_address_gives_the_id(link: str, page_url: str, own_id: str) -> None:
    film = read(FILM, head=f'<link rel="canonical" href="{link}">').film
    assert (film.page_url, film.id) == (page_url, f"s:{own_id}")
    assert (film.sources[0].name, film.sources[0].id, film.sources[0].url) == ("s", own_id, page_url)


def test_ids_are_readable_short_and_tell_pages_apart() -> None:
    ids = [
        read(FILM, url=f"https://x.example/{path}").film.id
        for path in ("", "f?id=1", "f?id=2", "%D0%BA%D0%B8%D1%82%20a/", "a" * 400 + "1", "a" * 400 + "2")
    ]
    assert ids[:4] == ["s:index", "s:f?id=1", "s:f?id=2", "s:кит-a"]
    assert len(set(ids)) == 6
    assert all(len(each) < 170 for each in ids)


def test_a_catalogues_own_page_tells_its_id() -> None:
    assert read(FILM, url="https://www.imdb.com/title/tt0000012/").film.external_ids == {"imdb": "tt0000012"}


def test_pictures_that_are_none_are_passed_over() -> None:
    data = FILM | {"image": ["javascript:x", "/img/no-poster.png", {"url": "p/1.jpg"}]}
    assert read(data).film.image_url == "https://x.example/film/p/1.jpg"


def test_defaults_fill_what_is_missing_and_no_more() -> None:
    got = read(
        FILM | {"genre": "War"}, defaults={Field.GENRES: "Drama", Field.COUNTRIES: "Chile", Field.KIND: "series"}
    )
    assert (got.film.genres, got.film.countries, got.film.kind) == (("War",), ("Chile",), Kind.FILM)
    assert got.origins["countries"] == "default"
    with pytest.raises(ConfigError, match=r"defaults\.year"):
        read(FILM, defaults={Field.YEAR: "soon"})


def test_reasons_for_a_page_that_is_no_film() -> None:
    def reason(**page: Any) -> tuple[str, str]:
        with pytest.raises(PageError) as caught:
            read(**page)
        return caught.value.reason, caught.value.detail

    text = "<p>Take five hundred grams of flour and wait until tomorrow.</p>"
    assert reason(body=f"<h1>Bread</h1>{text}") == ("not a film page", "nothing on it says that it is about a film")
    shared = '<meta property="og:description" content="A loaf of bread for people who also like films.">'
    assert reason(body=f"<h1>Bread</h1>{text}", head=shared)[0] == "not a film page"
    assert reason(data={"@type": "Movie", "genre": ["War"], "director": "A B"}, body=text)[0] == "no title"
    gone = Page("https://x.example/f?token=1", "https://x.example/f", 404, {}, b"", "2026-01-01")
    with pytest.raises(PageError, match=r"^https://x\.example/f: not found$"):
        read_page(gone, "s")


CARD = (
    '<div itemscope itemtype="http://schema.org/Movie"><a itemprop="url" href="/film/{0}">'
    '<b itemprop="name">{0}</b></a></div>'
)


@pytest.mark.parametrize("others", [["Salt"], ["Salt", "Sand"]])
def test_recommended_films_are_not_taken_for_the_pages_own(others: list[str]) -> None:
    cards = "<h1>Paper Harbour</h1>" + "".join(CARD.format(name) for name in others)
    rows = "<dl><dt>Director</dt><dd>Ines Vale</dd><dt>Year</dt><dd>1999</dd><dt>Genre</dt><dd>War</dd></dl>"
    for got in (
        read(FILM, cards),
        read(None, cards + rows),
        read(None, cards, '<meta property="og:type" content="video.movie">'),
    ):
        assert (got.film.title, got.film.kind) in {("Paper Harbour", Kind.FILM), ("Paper Harbour", None)}
    with pytest.raises(PageError):
        read(None, cards)


CLAIM = st.builds(
    Claim, st.sampled_from([Field.YEAR, Field.TITLE]), st.integers(0, 5), st.sampled_from(Trust), st.text()
)


@given(st.lists(CLAIM))
def test_the_most_trusted_readable_claim_is_taken(claims: list[Claim]) -> None:
    def parse(value: int) -> int:
        if value == 5:
            raise ValueError
        return value - 1 if value else 0

    readable = [claim for claim in claims if claim.field is Field.YEAR and claim.value != 5]
    best = Pool(claims, {}).best(Field.YEAR, parse)
    assert (best is None) == (not readable)
    if best:
        first = next(claim for claim in readable if claim.trust == max(each.trust for each in readable))
        assert (best.value, best.trust, best.origin) == (parse(first.value), first.trust, first.origin)
