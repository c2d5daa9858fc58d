import pytest

from kadr.collect.headers import Field
from kadr.collect.page import microdata
from kadr.collect.page.claims import Claim, Trust
from kadr.collect.page.document import open_document
from kadr.errors import PageError

MOVIE = '<div itemscope itemtype="https://schema.org/Movie">{}</div>'
PERSON = (
    '<p itemprop="{}" itemscope itemtype="http://schema.org/Person"><b itemprop="name">{}</b> (see <i>more</i>)</p>'
)


def claims(html: str) -> list[Claim]:
    return microdata.claims(open_document(f"<html><body>{html}".encode(), "https://x.example/f/1"))


def said(html: str) -> dict[Field, object]:
    return {claim.field: claim.value for claim in reversed(claims(html))}


@pytest.mark.parametrize(
    ("html", "field", "value"),
    [
        ('<h1 itemprop="name">Glass <em>Train</em></h1>', Field.TITLE, "Glass Train"),
        ('<meta itemprop="datePublished" content="1987">', Field.YEAR, "1987"),
        ('<time itemprop="duration" datetime="PT98M">an hour or so</time>', Field.RUNTIME, 98),
        ('<time itemprop="duration">1h 38m</time>', Field.RUNTIME, "1h 38m"),
        ('<img itemprop="image" src="/p.jpg">', Field.IMAGE_URL, ["/p.jpg"]),
        (
            '<a itemprop="genre" href="/g/1">Drama</a><a itemprop="genre" href="/g/2">War</a>',
            Field.GENRES,
            ["Drama", "War"],
        ),
        ('<div itemprop="genre">Genres: Drama | War</div>', Field.GENRES, ["Drama", "War"]),
        (PERSON.format("director", "Zoe Wind"), Field.DIRECTORS, "Zoe Wind"),
        (PERSON.format("actors", "A B") + PERSON.format("actors", "C D"), Field.ACTORS, ["A B", "C D"]),
        ('<link itemprop="sameAs" href="https://www.imdb.com/title/tt0000012/">', Field.IMDB, "tt0000012"),
    ],
)
def test_properties(html: str, field: Field, value: object) -> None:
    found = said(MOVIE.format(f'<i itemprop="name">Glass Train</i>{html}' if field is not Field.TITLE else html))
    assert found[field] == value


def test_what_stands_in_another_item_is_not_the_films() -> None:
    review = '<div itemprop="review" itemscope itemtype="http://schema.org/Review"><b itemprop="name">Dull</b></div>'
    found = said(MOVIE.format(f'{review}<b itemprop="name">Glass Train</b>'))
    assert found[Field.TITLE] == "Glass Train"
    assert all(
        claim.trust is Trust.MARKUP and claim.origin.startswith("microdata: ") for claim in claims(MOVIE.format(review))
    )


def test_parts_elsewhere_on_the_page_are_referred_to() -> None:
    head = '<div itemscope itemtype="http://schema.org/Movie" itemref="b nowhere"><b itemprop="name">A</b></div>'
    assert said(head + f'<div id="b">{PERSON.format("director", "Zoe Wind")}</div>')[Field.DIRECTORS] == "Zoe Wind"


def test_an_item_that_refers_to_itself_ends() -> None:
    ring = '<div id="a" itemscope itemtype="http://schema.org/Movie" itemref="a"><b itemprop="name">A</b></div>'
    assert said(ring)[Field.TITLE] == "A"
    inner = '<p id="b" itemprop="director" itemscope itemtype="http://schema.org/Person" itemref="b b">{}</p>'
    assert said(MOVIE.format(f'<b itemprop="name">A</b>{inner.format("")}'))[Field.TITLE] == "A"


def test_several_films_without_telling_which_are_refused() -> None:
    two = MOVIE.format('<b itemprop="name">One</b>') + MOVIE.format('<b itemprop="name">Two</b>')
    with pytest.raises(PageError, match="several films"):
        claims(two)
    assert said(f"<h1>Two</h1>{two}")[Field.TITLE] == "Two"


def test_other_items_are_no_films() -> None:
    assert claims('<div itemscope itemtype="http://schema.org/Recipe"><b itemprop="name">Bread</b></div>') == []
