import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadr.catalogue.records import encode
from kadr.catalogue.table import FilmTable, write_films
from kadr.film import Film, Kind
from kadr.index.arrays import Strings
from kadr.index.columns import build_columns
from kadr.index.titles import build_titles
from kadr.recommend.lookup import BLOCK, Lookup, Named, outside_ids

FILMS = (
    Film(id="kinopoisk:77", title="Седьмой причал", year=1999),
    Film(
        id="list:a", title="Маяк", original_title="The Lighthouse Keeper", year=1994, external_ids={"imdb": "tt0000007"}
    ),
    Film(id="list:b", title="Маяк", year=2010, rating=9.0, votes=10),
    Film(id="list:c", title="Маяк", year=2010, rating=9.0, votes=10_000),
    Film(id="list:cs", title="Парусник", year=2005, kind=Kind.SERIES, external_ids={"tmdb": "5", "imdb": "tt0000055"}),
    Film(id="list:d", title="Парус", external_ids={"tmdb": "5", "imdb": "tt0000008"}),
    Film(id="list:e", title='Кит "external_ids":{"imdb":"tt0000009"}', year=2001, extra={"external_ids": "tt0000009"}),
)


@pytest.fixture(scope="module")
def lookup(tmp_path_factory: pytest.TempPathFactory) -> Lookup:
    folder = tmp_path_factory.mktemp("lookup")
    write_films(folder / "films.duckdb", FILMS)
    return Lookup.open(folder, FilmTable.open(folder / "films.duckdb"), build_titles(FILMS), build_columns(FILMS))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Named(("Совсем не маяк",), 1994, {"imdb": "tt0000007"}), "list:a"),
        (Named((), None, {"tmdb": "5"}), "list:d"),
        (Named((), None, {"imdb": "tt0000055"}), "list:cs"),
        (Named((), None, {"kinopoisk": "77"}), "kinopoisk:77"),
        (Named(("Маяк",), 1994), "list:a"),
        (Named(("the lighthouse keeper!",), 1994), "list:a"),
        (Named(("Нет такого", "Маяк"), 1994), "list:a"),
        (Named(("Маяк",), 1995), "list:a"),
        (Named(("Маяк",), 2010), "list:c"),
        (Named(("Маяк",), 2011), "list:c"),
        (Named(("Маяк",), 1994, {"imdb": "tt7777777"}), "list:a"),
        (Named(("Парус",), 1980), "list:d"),
        (Named(("Седьмой причал",)), "kinopoisk:77"),
        (Named(("Маяк",), 2002), None),
        (Named(("Маяк",)), None),
        (Named(("Седьмой причал",), 1980), None),
        (Named((), None, {"imdb": "tt0000009"}), None),
        (Named((), None, {"tmdb": "7"}), None),
        (Named(()), None),
    ],
)
def test_a_film_is_found_by_its_ids_else_by_title_and_year(lookup: Lookup, asked: Named, found: str | None) -> None:
    (row,) = lookup.rows([asked])
    assert (None if row is None else FILMS[row].id) == found


def test_each_that_is_asked_for_is_answered_in_its_place(lookup: Lookup) -> None:
    asked = [Named(("Парус",)), Named(("Нет такого",)), Named((), None, {"imdb": "tt0000007"}), Named(("Парус",))]
    assert lookup.rows(asked) == [5, None, 1, 5]
    assert lookup.rows([]) == []


@given(st.integers(1, BLOCK), st.integers(0, 2 * BLOCK + 5))
@settings(max_examples=25)
def test_ids_are_told_by_the_films_that_have_them_wherever_they_stand(one: int, other: int) -> None:
    places = {("imdb", f"tt{n:07}"): n for n in {one, other}}
    plain = encode(FILMS[0])
    rows = [plain] * (2 * BLOCK + 6)
    for (name, number), at in places.items():
        rows[at] = encode(Film(id=f"f{at}", title="Маяк", external_ids={name: number, "tmdb": "1"}))
    records, films = Strings.of(rows), np.zeros(len(rows), dtype=np.bool_)
    assert outside_ids(records, set(places), films) == places
    assert outside_ids(records, {("tmdb", "1")}, films) == {("tmdb", "1"): min(places.values())}
    assert outside_ids(records, (), films) == {}


def test_a_record_that_nothing_of_ours_wrote_is_passed_by() -> None:
    good = encode(FILMS[1])
    records = Strings.of(['"external_ids":{"imdb":tt}', '{"external_ids":{"imdb":["x"]}}', good])
    assert outside_ids(records, {("imdb", "tt0000007")}, np.zeros(3, dtype=np.bool_)) == {("imdb", "tt0000007"): 2}
