import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.collect.headers import Field
from kadr.collect.page import jsonld
from kadr.collect.page.claims import Trust
from kadr.collect.page.document import open_document
from kadr.collect.page.json_text import read_json
from kadr.errors import PageError

FILM = {"@type": "Movie", "name": "Paper Harbour"}


def said(*scripts: Any, h1: str = "Paper Harbour", url: str = "https://x.example/f/1") -> dict[Field, Any]:
    """Return the first claim on each field of a page with such scripts."""
    texts = [script if isinstance(script, str) else json.dumps(script) for script in scripts]
    tags = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    found: dict[Field, Any] = {}
    for claim in jsonld.claims(open_document(f"<html><head>{tags}</head><h1>{h1}</h1>".encode(), url)):
        assert claim.trust is Trust.DATA
        assert claim.origin.startswith("json-ld: ")
        found.setdefault(claim.field, claim.value)
    return found


@pytest.mark.parametrize(
    ("broken", "wanted"),
    [
        ('{"a": "x\ny\tz"}', [{"a": "x\ny\tz"}]),
        ('{"a": [1, 2, ], }', [{"a": [1, 2]}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ('//<![CDATA[\n{"a": [[1]]}\n//]]>', [{"a": [[1]]}]),
        ('/* <![CDATA[ */ {"a": 1} /* ]]> */;', [{"a": 1}]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ('{"a": 1}{"b": 2}\n[3]', [{"a": 1}, {"b": 2}, [3]]),
        ('{"a": "the "big" one", "b": 1}', [{"a": 'the "big" one', "b": 1}]),
        ('{"a": undefined, "b": NaN /* note */} // end', [{"a": None, "b": None}]),
        (r'{"a": "it\'s \q \u00e9 \u12"}', [{"a": "it's \\q \u00e9 \\u12"}]),
        ('{"a": "http://x.example/y", "b": 1,}', [{"a": "http://x.example/y", "b": 1}]),
        ('{"a": "whole", "b": "cut sho', [{"a": "whole", "b": None}]),
        ('{"a": "whole", "b', [{"a": "whole"}]),
        ('{"a": "whole", "b":', [{"a": "whole", "b": None}]),
        ('{"a": 1, "many": ["x", "y", "cu', [{"a": 1, "many": None}]),
        ('{"@graph": [{"a": 1}, {"b": "cu', [{"@graph": [{"a": 1}, {"b": None}]}]),
        ('{"a": 1}}', [{"a": 1}]),
        ("", []),
        ("var film = 1", []),
        ("[" * 100_000, []),
    ],
)
def test_broken_json_is_mended(broken: str, wanted: list[Any]) -> None:
    assert read_json(broken) == wanted


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(JSON.filter(lambda value: isinstance(value, (dict, list))), min_size=1, max_size=3))
def test_whole_json_comes_back_as_it_was(values: list[Any]) -> None:
    assert read_json("\n".join(json.dumps(value) for value in values)) == values


@given(st.dictionaries(st.text("abc ,:{}[]/*\"'\\", max_size=6), st.text("abc ,:{}[]/*'\\", max_size=12), min_size=1))
def test_a_comma_too_many_changes_nothing(value: dict[str, str]) -> None:
    value = {f"k{key.replace(chr(34), '')}": text for key, text in value.items()}
    assert read_json(json.dumps(value)[:-1] + ",}") == [value]


@settings(max_examples=200)
@given(st.text('{}[]",:\\/ \nabc1<!->;', max_size=200))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert isinstance(read_json(text), list)


@pytest.mark.parametrize("piece", ['"', '" ', '"' + " " * 500, "\\", "/", "/*", "// ", '["a",', "<!--", "-->  ", "{"])
def test_hostile_text_costs_linear_time(piece: str) -> None:
    def cost(size: int) -> float:
        start = time.process_time()
        read_json('{"a":"' + piece * (size // len(piece)))
        return time.process_time() - start

    cost(10_000)
    # Ten times the text: a hundred times the cost where it is quadratic.
    assert cost(300_000) < 40 * max(cost(30_000), 0.005)


def test_the_film_is_found_wherever_it_leads() -> None:
    for page in (
        FILM,
        [FILM],
        {"@graph": [{"@type": "WebSite", "name": "x"}, FILM]},
        {"@type": "WebPage", "mainEntity": FILM},
        {"@type": "Review", "itemReviewed": {"@type": ["Thing", "https://schema.org/Movie"], "name": "Paper Harbour"}},
        {"@graph": [{"@type": "WebPage", "mainEntity": {"@id": "#f"}}, FILM | {"@id": "#f"}]},
        {"@type": "schema:Movie", "schema:name": "Paper Harbour"},
    ):
        assert said(page)[Field.TITLE] == "Paper Harbour", page
        assert said(page)[Field.KIND] == "film", page


def test_people_named_by_reference_are_followed() -> None:
    graph = [FILM | {"director": {"@id": "#a"}, "actor": [{"@id": "#b"}, {"@type": "Person", "name": "Tom Reed"}]}]
    graph += [
        {"@id": "#a", "@type": "Person", "name": "Ines Vale"},
        {"@id": "#b", "@type": "Person", "name": "May Onn"},
    ]
    found = said({"@graph": graph})
    assert found[Field.DIRECTORS] == "Ines Vale"
    assert found[Field.ACTORS] == ["May Onn", "Tom Reed"]


def test_references_in_a_ring_end() -> None:
    ring = [FILM | {"@id": "#f", "director": {"@id": "#p"}}, {"@id": "#p", "@type": "Person", "knows": {"@id": "#f"}}]
    assert said({"@graph": [*ring, {"@type": "WebPage", "@id": "#w", "mainEntity": {"@id": "#w"}}]})[Field.TITLE]


@pytest.mark.parametrize(
    ("kind", "wanted"), [("TVSeries", "series"), ("TVMiniSeries", "series"), ("Movie", "film"), ("movie", "film")]
)
def test_kinds(kind: str, wanted: str) -> None:
    assert said(FILM | {"@type": kind})[Field.KIND] == wanted


def test_a_wider_type_is_a_film_only_with_a_films_properties() -> None:
    assert said({"@type": "CreativeWork", "name": "Paper Harbour", "director": "Ines Vale"})[Field.KIND] == "film"
    assert said({"@type": "CreativeWork", "name": "Paper Harbour", "author": "Ines Vale"}) == {}
    assert said({"@type": "Product", "name": "Paper Harbour", "offers": {"price": 3}}) == {}


@pytest.mark.parametrize("key", ["isSimilarTo", "hasPart", "knowsAbout", "itemListElement", "trailer", "performerIn"])
def test_films_that_hang_on_something_else_are_not_the_pages(key: str) -> None:
    assert said({"@type": "Thing", "name": "x", key: [FILM]}) == {}


def test_of_several_films_the_pages_own_is_taken() -> None:
    others = [{"@type": "Movie", "name": "Salt"}, {"@type": "Movie", "name": "Sand"}]
    assert said(others[0], FILM, others[1])[Field.TITLE] == "Paper Harbour"
    mine = {"@type": "Movie", "name": "Something else", "url": "/f/1"}
    assert said(*others, mine, h1="No such name")[Field.TITLE] == "Something else"
    with pytest.raises(PageError, match="several films"):
        said(*others)


def test_a_film_described_twice_is_one_and_the_fuller_counts() -> None:
    assert said(FILM, FILM | {"genre": "Drama"}, FILM)[Field.GENRES] == ["Drama"]


def test_an_episode_is_refused_but_not_beside_its_series() -> None:
    episode = {"@type": "TVEpisode", "name": "Paper Harbour", "partOfSeries": {"@type": "TVSeries", "name": "Ports"}}
    with pytest.raises(PageError, match="an episode or a season"):
        said(episode)
    assert said({"@type": "TVSeries", "name": "Ports"}, episode)[Field.TITLE] == "Ports"


@pytest.mark.parametrize(
    ("rating", "score"),
    [
        ({"ratingValue": 8.1, "bestRating": 10}, 8.1),
        ({"ratingValue": "4,1", "bestRating": "5"}, 8.2),
        ({"ratingValue": 4}, 8.0),  # without a best value schema.org means 5
        ({"ratingValue": 7.5}, 7.5),
        ({"ratingValue": "81%"}, 8.1),
        ({"ratingValue": 81, "bestRating": 100}, 8.1),
        ({"ratingValue": "8.1/10", "bestRating": 10}, 8.1),
        ({"ratingValue": 0, "bestRating": 10}, None),
        ({"ratingValue": 11, "bestRating": 10}, None),
        ({"ratingValue": "good"}, None),
    ],
)
def test_ratings_are_scaled_to_ten(rating: dict[str, Any], score: float | None) -> None:
    assert said(FILM | {"aggregateRating": rating}).get(Field.RATING) == score


@pytest.mark.parametrize(
    ("text", "value"),
    [("PT2H15M", 135), ("PT135M", 135), ("P0DT1H30M0S", 90), ("PT5400S", 90), ("T1H5M", 65), ("95 min", "95 min")],
)
def test_durations(text: str, value: int | str) -> None:
    assert said(FILM | {"duration": text})[Field.RUNTIME] == value


def test_a_full_date_is_a_release_and_a_bare_year_the_films_own() -> None:
    assert said(FILM | {"datePublished": "1999"})[Field.YEAR] == "1999"
    found = said(FILM | {"datePublished": "2021-03-05"})
    assert Field.YEAR not in found
    assert found[Field.RELEASE_DATE] == "2021-03-05"


def test_ids_come_from_the_catalogues_themselves_only() -> None:
    same = ["https://m.imdb.com/title/tt0000012/?ref=x", "https://notimdb.com/title/tt0000099/"]
    found = said(FILM | {"sameAs": [*same, "https://www.wikidata.org/entity/Q12", "http://[broken"]})
    assert (found[Field.IMDB], found[Field.WIKIDATA]) == ("tt0000012", "Q12")
    assert Field.KINOPOISK not in found
    assert Field.IMDB not in said(FILM | {"sameAs": same[1]})


def test_keywords_of_search_engines_are_left_out() -> None:
    found = said(FILM | {"keywords": "harbour, watch online free, paper, скачать торрент"})
    assert found[Field.TAGS] == ["harbour", "paper"]


def test_huge_casts_are_bounded() -> None:
    found = said(FILM | {"actor": [{"name": f"Person {n}"} for n in range(50_000)], "description": "d"})
    assert len(found[Field.ACTORS]) <= 100
    assert found[Field.DESCRIPTION] == "d"


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "genre", "actor", "director", "image", "datePublished", "aggregateRating", "sameAs", "@id"]
        ),
        st.none()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=8)
        | st.lists(
            st.text(max_size=5) | st.dictionaries(st.sampled_from(["name", "url", "@id", "@value"]), JSON), max_size=3
        )
        | st.dictionaries(st.sampled_from(["name", "@value", "@list", "ratingValue"]), JSON, max_size=3),
    )
)
def test_values_of_any_shape_raise_nothing(node: dict[str, Any]) -> None:
    said(json.dumps({"@type": "Movie"} | node).replace("</", "<\\/"))
