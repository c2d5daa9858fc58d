"""Filters and facets against a plain filter over the films themselves."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import QueryError
from kadr.film import Film, Kind
from kadr.index.columns import Columns, build_columns
from kadr.search.facets import FACETS, MOST_VALUES, count_facets
from kadr.search.filters import check_filters, clauses, conjunction
from kadr.search.types import FacetValue, Filters
from kadr.text import normalise
from kadr.vocabulary import country, genre
from tests.index.samples import COUNTRIES, GENRES, PEOPLE, catalogues, few, some, tenths

NOWHERE = ("такого нет", "nobody", "—")
years = st.none() | st.integers(1987, 2012)
wishes = st.builds(
    Filters,
    year_from=years,
    year_to=years,
    kinds=some(tuple(Kind)),
    genres_any=some((*GENRES, *NOWHERE)),
    genres_all=some(GENRES).map(lambda names: names[:1]),
    genres_none=some((*GENRES, *NOWHERE)).map(lambda names: names[:1]),
    countries_any=some((*COUNTRIES, *NOWHERE)),
    countries_none=some(COUNTRIES).map(lambda names: names[:1]),
    directors=some((*PEOPLE, *NOWHERE)),
    actors=some((*PEOPLE, *NOWHERE)),
    people_any=some((*PEOPLE, *NOWHERE)),
    people_none=some((*PEOPLE, *NOWHERE)).map(lambda names: names[:1]),
    rating_min=st.none() | tenths(10),
    votes_min=st.none() | st.sampled_from([0, 5, 6, 100, 16_777_216, 20_000_000]),
    runtime_min=st.none() | st.integers(60, 130),
    runtime_max=st.none() | st.integers(60, 130),
    age_min=st.none() | st.sampled_from([0, 6, 12, 16, 18]),
    age_max=st.none() | st.sampled_from([0, 6, 12, 16, 18]),
    has_poster=st.booleans(),
)
LOOSE = Filters()
PARTS = [name for name in Filters.__slots__]  # noqa: C416  # the fields as they are declared


@st.composite
def sparse_filters(draw: st.DrawFn) -> Filters:
    """Draw filters with up to three wishes: more let no film through, and prove nothing."""
    drawn = draw(wishes)
    kept = draw(st.lists(st.sampled_from(PARTS), max_size=3))
    return replace(LOOSE, **{name: getattr(drawn, name) for name in kept})


def keys(names: Iterable[str], canonical: Callable[[str], str] = str) -> set[str]:
    return {normalise(canonical(name)) for name in names} - {""}


def within(value: float | None, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def by_facet(film: Film, f: Filters) -> dict[str, bool]:
    """Tell for each facet whether a film meets its wishes; "" stands for those of no facet."""
    genres, countries = keys(film.genres, genre), keys(film.countries, country)
    return {
        "decade": within(film.year, f.year_from, f.year_to),
        "kind": not f.kinds or film.kind in f.kinds,
        "genre": not f.genres_any or bool(genres & keys(f.genres_any, genre)),
        "country": not f.countries_any or bool(countries & keys(f.countries_any, country)),
        "director": not f.directors or bool(keys(film.directors) & keys(f.directors)),
        "actor": not f.actors or bool(keys(film.actors) & keys(f.actors)),
        "age": within(film.age_rating, None, f.age_max),
        "": all(normalise(genre(name)) in genres for name in f.genres_all)
        and not genres & keys(f.genres_none, genre)
        and not countries & keys(f.countries_none, country)
        and (not f.people_any or bool(keys(film.people) & keys(f.people_any)))
        and not keys(film.people) & keys(f.people_none)
        and within(film.age_rating, f.age_min, None)
        and within(film.rating, f.rating_min, None)
        and within(film.votes, f.votes_min, None)
        and within(film.runtime_minutes, f.runtime_min, f.runtime_max)
        and (not f.has_poster or bool(film.image_url)),
    }


def facet_values(film: Film, facet: str) -> set[str]:
    if facet == "decade":
        return set() if film.year is None else {str(film.year // 10 * 10)}
    if facet == "age":
        return set() if film.age_rating is None else {str(film.age_rating)}
    if facet == "kind":
        return {film.kind.value} if film.kind else set()
    if facet == "theme":
        return set()  # tests/search/test_theme_facet.py has films with themes
    if facet == "genre":
        return keys(film.genres, genre)
    return keys(film.countries, country) if facet == "country" else keys(getattr(film, facet + "s"))


def allowed(columns: Columns, filters: Filters) -> list[int]:
    return np.flatnonzero(conjunction(clauses(columns, filters).values(), columns.n_films)).tolist()


def facets_of(films: Sequence[Film], filters: Filters, found: Sequence[bool]) -> dict[str, tuple[FacetValue, ...]]:
    columns = build_columns(films)
    mask = np.array(found[: len(films)], dtype=np.bool_)
    return count_facets(columns, mask, clauses(columns, filters), filters)


@few
@given(catalogues, st.lists(sparse_filters(), min_size=1, max_size=5))
def test_the_allowed_rows_are_those_of_a_plain_filter(films: list[Film], asked: list[Filters]) -> None:
    columns = build_columns(films)
    for filters in asked:
        expected = [row for row, film in enumerate(films) if all(by_facet(film, filters).values())]
        assert allowed(columns, filters) == expected


@few
@given(catalogues, sparse_filters(), st.lists(st.booleans(), min_size=7, max_size=7))
def test_each_facet_is_counted_without_its_own_wish(films: list[Film], filters: Filters, found: list[bool]) -> None:
    facets = facets_of(films, filters, found)
    assert tuple(facets) == FACETS
    for facet, values in facets.items():
        counted: Counter[str] = Counter()
        for film, in_answer in zip(films, found, strict=False):
            if in_answer and all(met for name, met in by_facet(film, filters).items() if name != facet):
                counted.update(facet_values(film, facet))
        shown = {value.value if facet in ("decade", "age") else normalise(value.value): value.count for value in values}
        assert len(shown) == len(values)
        assert {value: count for value, count in shown.items() if count} == dict(counted)
        assert all(value.chosen for value in values if not value.count)


def film(number: int, **fields: object) -> Film:
    return Film(id=f"f{number:03}", title="x", **fields)  # type: ignore[arg-type]  # named by the caller


@pytest.mark.parametrize("name", ["Комедия", "комедия", "Comedy", " КОМЕДИИ "])
def test_one_genre_however_it_is_spelt(name: str) -> None:
    films = [film(0, genres=("Comedy",)), film(1, genres=("драма",)), film(2, genres=("комедии", "Drama")), film(3)]
    columns = build_columns(films)
    assert allowed(columns, Filters(genres_any=(name,))) == [0, 2]
    assert allowed(columns, Filters(genres_all=(name, "DRAMA"))) == [2]
    assert allowed(columns, Filters(genres_none=(name,))) == [1, 3]
    chosen = [v for v in facets_of(films, Filters(genres_any=(name,)), [True] * 4)["genre"] if v.chosen]
    assert chosen == [FacetValue("комедия", 2, chosen=True)]


def test_one_country_and_one_person_however_they_are_spelt() -> None:
    films = [film(0, countries=("USA",), directors=("Вера Ёлкина",)), film(1, countries=("Франция",)), film(2)]
    columns = build_columns(films)
    assert allowed(columns, Filters(countries_any=("сша",))) == [0]
    assert allowed(columns, Filters(countries_none=("United States",))) == [1, 2]
    assert allowed(columns, Filters(directors=("вера елкина",))) == [0]


def test_a_value_that_no_film_has_lets_none_through_but_excludes_none() -> None:
    columns = build_columns([film(0, genres=("драма",)), film(1)])
    assert allowed(columns, Filters(genres_any=("вестерн",))) == []
    assert allowed(columns, Filters(genres_any=("вестерн", "драма"))) == [0]
    assert allowed(columns, Filters(genres_all=("драма", "вестерн"))) == []
    assert allowed(columns, Filters(genres_none=("вестерн",))) == [0, 1]


def test_bounds_are_inclusive_and_unknown_numbers_fail() -> None:
    columns = build_columns([film(0, year=1999, rating=7.3), film(1, year=2000, rating=7.2), film(2)])
    assert allowed(columns, Filters(year_from=1999, year_to=1999)) == [0]
    assert allowed(columns, Filters(year_to=2000)) == [0, 1]
    assert allowed(columns, Filters(rating_min=7.3)) == [0]
    assert allowed(columns, Filters(rating_min=0)) == [0, 1]
    assert allowed(columns, Filters(votes_min=0)) == []
    assert allowed(columns, LOOSE) == [0, 1, 2]


def test_the_largest_number_a_filter_may_hold_is_answered() -> None:
    columns = build_columns([film(0, year=1999, runtime_minutes=90, age_rating=6)])
    top = 10**12
    filters = Filters(year_from=0, year_to=top, runtime_min=0, runtime_max=top, age_max=top)
    check_filters(filters)
    assert allowed(columns, filters) == [0]


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(year_from=2001, year_to=2000), "year_from: 2001 is above year_to"),
        (Filters(runtime_min=91, runtime_max=90), "runtime_min: 91 is above runtime_max"),
        (Filters(rating_min=-0.1), "rating_min"),
        (Filters(rating_min=10.1), "rating_min"),
        (Filters(rating_min=float("nan")), "rating_min"),
        (Filters(votes_min=-1), "votes_min"),
        (Filters(age_min=-1), "age_min"),
        (Filters(age_min=12, age_max=6), "age_min: 12 is above age_max"),
        (Filters(age_max=-1), "age_max"),
        (Filters(runtime_max=-1), "runtime_max"),
        (Filters(year_from=10**400), "year_from"),
        (Filters(year_to=-1), "year_to"),
        (Filters(votes_min=10**39), "votes_min"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_by_name(filters: Filters, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        check_filters(filters)


def test_no_wish_and_equal_bounds_are_fine() -> None:
    check_filters(LOOSE)
    check_filters(Filters(year_from=2000, year_to=2000, rating_min=10, votes_min=0))


def test_a_facet_shows_its_most_frequent_values_and_the_chosen_ones() -> None:
    films = [film(i, actors=("Все", f"Актёр {i:02}")) for i in range(40)] + [film(40), film(41, actors=("Актёр 39",))]
    values = facets_of(films, Filters(actors=("актер 38", "никто")), [True] * 42)["actor"]
    assert len(values) == MOST_VALUES + 1
    assert values[0] == FacetValue("Все", 40)
    assert values[1] == FacetValue("Актёр 39", 2)
    assert [v for v in values if v.chosen] == [FacetValue("Актёр 38", 1, chosen=True)]
    assert [v.value for v in values[2:-1]] == [f"Актёр {i:02}" for i in range(28)]
    assert list(values) == sorted(values, key=lambda v: (-v.count, v.value))


def test_decades_and_ages_ascend_and_show_what_is_chosen() -> None:
    films = [film(i, year=year, age_rating=age) for i, (year, age) in enumerate([(2001, 18), (1999, 6), (1990, 12)])]
    facets = facets_of(films, Filters(year_from=1995, year_to=2000, age_max=12), [True] * 3)
    # The age is a wish, too: the film of 2001 is not counted among the decades, nor among the ages for its year.
    assert facets["decade"] == (FacetValue("1990", 2, chosen=True),)
    assert facets["age"] == (FacetValue("6", 1, chosen=True),)
    every = facets_of(films, Filters(year_from=1995, year_to=2000), [True] * 3)
    assert every["decade"] == (FacetValue("1990", 2, chosen=True), FacetValue("2000", 1, chosen=True))
    assert facets_of(films, Filters(age_max=12), [True] * 3)["age"] == (
        FacetValue("6", 1, chosen=True),
        FacetValue("12", 1, chosen=True),
        FacetValue("18", 1),
    )
    assert json.loads(json.dumps([asdict(value) for value in every["decade"]]))[0]["chosen"] is True


def test_an_empty_catalogue_has_empty_facets() -> None:
    assert facets_of([], Filters(genres_any=("драма",)), []) == dict.fromkeys(FACETS, ())
