"""The result set of a search: pages, orders, filters and facets agree about it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kadr.engine import MAX_DEPTH, MAX_K, Engine
from kadr.film import Film, Kind
from kadr.search.facets import FACETS
from kadr.search.types import Filters, SearchResult, Sort
from tests.samples import BROAD


def shown(result: SearchResult) -> list[tuple[str, int, float]]:
    return [(hit.film.id, hit.rank, hit.score) for hit in result.hits]


@pytest.mark.parametrize("query", ["", BROAD])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_make_one_long_answer(engine: Engine, query: str, sort: Sort) -> None:
    whole = engine.search(query, k=MAX_K, sort=sort)
    assert whole.total > 14
    pages = [engine.search(query, k=7, offset=offset, sort=sort) for offset in range(0, whole.total + 7, 7)]
    assert [hit for page in pages for hit in shown(page)] == shown(whole)
    assert len({hit.film.id for hit in whole.hits}) == whole.total
    assert {page.total for page in pages} == {whole.total}
    assert engine.search(query, offset=MAX_DEPTH, sort=sort).hits == ()


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        (Sort.NEWEST, lambda film: -(film.year or 0)),
        (Sort.OLDEST, lambda film: film.year or 9999),
        (Sort.RATING, lambda film: -(film.rating or 0)),
    ],
)
@pytest.mark.parametrize("query", ["", BROAD])
def test_sorting(engine: Engine, query: str, sort: Sort, key: Callable[[Film], float]) -> None:
    asked = engine.search(query, k=MAX_K, sort=sort)
    values = [key(hit.film) for hit in asked.hits]
    assert values == sorted(values)  # what has no year or rating stands last in each
    relevance = engine.search(query, k=MAX_K)
    assert {hit.film.id for hit in asked.hits} == {hit.film.id for hit in relevance.hits}


FILTERS: list[tuple[Filters, Callable[[Film], bool]]] = [
    (Filters(year_from=1990, year_to=1999), lambda f: f.year is not None and 1990 <= f.year <= 1999),
    (Filters(year_to=1970), lambda f: f.year is not None and f.year <= 1970),
    (Filters(kinds=(Kind.SERIES,)), lambda f: f.kind is Kind.SERIES),
    (Filters(genres_any=("Drama", "КОМЕДИЯ")), lambda f: bool({"драма", "drama", "комедия", "comedy"} & set(f.genres))),
    (Filters(genres_all=("драма", "mystery")), lambda f: set(f.genres) == {"drama", "mystery"}),
    (Filters(genres_none=("драма",)), lambda f: not {"драма", "drama"} & set(f.genres)),
    (Filters(countries_any=("USSR",)), lambda f: "СССР" in f.countries),
    (Filters(countries_none=("Россия", "ссср")), lambda f: not {"Россия", "СССР"} & set(f.countries)),
    (Filters(directors=("анна седых",)), lambda f: "Анна Седых" in f.directors),
    (Filters(actors=("Зоя Верес", "Odile Brun")), lambda f: bool({"Зоя Верес", "Odile Brun"} & set(f.actors))),
    (Filters(rating_min=7.5), lambda f: f.rating is not None and f.rating >= 7.5),
    (Filters(votes_min=5000), lambda f: f.votes is not None and f.votes >= 5000),
    (
        Filters(runtime_min=90, runtime_max=100),
        lambda f: f.runtime_minutes is not None and 90 <= f.runtime_minutes <= 100,
    ),
    (Filters(age_max=6), lambda f: f.age_rating is not None and f.age_rating <= 6),
    (Filters(has_poster=True), lambda f: bool(f.image_url)),
    (Filters(genres_any=("нет такого жанра",)), lambda _: False),
]


@pytest.mark.parametrize(("filters", "meets"), FILTERS, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("query", ["", BROAD])
def test_filters_choose_before_films_are_ranked(
    engine: Engine, query: str, filters: Filters, meets: Callable[[Film], bool]
) -> None:
    """A filtered answer is the whole one without the films that fail the wish: same order and scores, full pages."""
    whole = engine.search(query, k=MAX_K)
    wanted = [(hit.film.id, hit.score) for hit in whole.hits if meets(hit.film)]
    filtered = engine.search(query, k=MAX_K, filters=filters)
    assert filtered.total == len(wanted)
    assert [(hit.film.id, hit.score) for hit in filtered.hits] == wanted
    few = engine.search(query, k=3, filters=filters)
    assert len(few.hits) == min(3, len(wanted))


def test_each_filter_of_the_table_lets_something_through_but_two(engine: Engine) -> None:
    """Else the test above would compare nothing with nothing."""
    empty = [filters for filters, _ in FILTERS if not engine.search("", filters=filters).total]
    assert empty == [Filters(has_poster=True), Filters(genres_any=("нет такого жанра",))]


@pytest.mark.parametrize("query", ["", BROAD])
@pytest.mark.parametrize(
    "filters", [Filters(), Filters(genres_any=("драма",), year_from=1950, countries_any=("Россия",))]
)
def test_a_facet_counts_what_choosing_its_value_gives(engine: Engine, query: str, filters: Filters) -> None:
    result = engine.search(query, filters=filters)
    assert tuple(result.facets) == FACETS
    choose: dict[str, Callable[[str], Filters]] = {
        "kind": lambda v: replace(filters, kinds=(Kind(v),)),
        "genre": lambda v: replace(filters, genres_any=(v,)),
        "country": lambda v: replace(filters, countries_any=(v,)),
        "director": lambda v: replace(filters, directors=(v,)),
        "actor": lambda v: replace(filters, actors=(v,)),
        "decade": lambda v: replace(filters, year_from=int(v), year_to=int(v) + 9),
    }
    for facet, with_value in choose.items():
        for value in result.facets[facet]:
            assert engine.search(query, filters=with_value(value.value), facets=False).total == value.count, value


def test_chosen_values_are_marked_and_facets_can_be_left_out(engine: Engine) -> None:
    facets = engine.search("", filters=Filters(genres_any=("Drama",), kinds=(Kind.FILM,))).facets
    assert [v.value for v in facets["genre"] if v.chosen] == ["драма"]
    assert [v.value for v in facets["kind"] if v.chosen] == ["film"]
    assert not any(v.chosen for v in facets["country"])
    assert engine.search("", facets=False).facets == {}
