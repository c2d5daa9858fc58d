"""Columns: the numbers and values of films, by row, one spelling a value."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Film, Kind, SourceLink
from kadr.index.columns import LISTS, NUMBERS, Columns, ListColumn, build_columns, popularity
from kadr.index.themes import NO_THEME
from kadr.text import normalise
from tests.index.samples import catalogues, few


def values(column: ListColumn, row: int) -> list[str]:
    return [column.labels[int(label)] for label in column.values[row]]


def rated(rating: float | None, votes: int | None = None, sources: int = 0) -> Film:
    return Film(
        id="x", title="x", rating=rating, votes=votes, sources=tuple(SourceLink(f"s{i}") for i in range(sources))
    )


@few
@given(catalogues)
def test_columns_hold_what_the_films_do(films: list[Film]) -> None:
    columns = build_columns(films)
    assert columns.n_films == len(films)
    for name, read in NUMBERS.items():
        expected = [np.nan if (v := read(film)) is None else v for film in films]
        assert columns.numbers[name].dtype == np.float32
        assert np.array_equal(columns.numbers[name], np.array(expected, dtype=np.float32), equal_nan=True)
    for name, read_list in LISTS.items():
        column = columns.lists[name]
        for row, film in enumerate(films):
            assert {normalise(v) for v in values(column, row)} == {normalise(v) for v in read_list(film)} - {""}
            assert len(values(column, row)) == len({normalise(v) for v in values(column, row)})
        for label in range(len(column.labels)):
            holders = [row for row in range(len(films)) if label in column.values[row]]
            assert column.films[label].tolist() == holders != []
            assert column.find([column.labels[label]]) == [label]


@few
@given(catalogues, st.lists(st.booleans(), min_size=7, max_size=7))
def test_counts_are_those_of_the_marked_films(films: list[Film], marks: list[bool]) -> None:
    mask = np.array(marks[: len(films)], dtype=np.bool_)
    for column in build_columns(films).lists.values():
        expected = [sum(mask[row] for row in column.films[label]) for label in range(len(column.labels))]
        assert column.counts(np.flatnonzero(mask)).tolist() == expected


@few
@given(catalogues)
def test_the_same_columns_come_back_from_disk(tmp_path_factory: pytest.TempPathFactory, films: list[Film]) -> None:
    folder = tmp_path_factory.mktemp("columns")
    built = build_columns(films)
    built.save(folder)
    opened = Columns.open(folder)
    assert np.array_equal(opened.popularity, built.popularity)
    assert opened.themes.themes == built.themes.themes == ()
    assert opened.themes.of_film.tolist() == [NO_THEME] * len(films)
    for name, numbers in built.numbers.items():
        assert np.array_equal(opened.numbers[name], numbers, equal_nan=True)
    everything = np.arange(len(films))
    for name, column in built.lists.items():
        other = opened.lists[name]
        assert [values(other, row) for row in range(len(films))] == [values(column, row) for row in range(len(films))]
        assert np.array_equal(other.counts(everything), column.counts(everything))
        labels = [column.labels[i] for i in range(len(column.labels))]
        assert other.find(labels) == column.find(labels) == list(range(len(labels)))
        assert np.array_equal(other.rows_of(labels[:1]), column.rows_of(labels[:1]))


def test_two_builds_write_the_same_bytes(tmp_path: Path) -> None:
    films = [Film(id=str(i), title="x", genres=("драма", "Comedy")[: i % 3], actors=("Б", "А")) for i in range(9)]
    for name in ("a", "b"):
        build_columns(films).save(tmp_path / name)
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_spellings_of_one_value_are_one_shown_as_most_spell_it() -> None:
    spellings = ["Вера Ёлкина", "вера елкина", "Вера Елкина", "Вера Елкина", "Пётр"]
    column = build_columns([Film(id=s, title="x", actors=(s,)) for s in spellings]).lists["actor"]
    assert [column.labels[i] for i in range(len(column.labels))] == ["Вера Елкина", "Пётр"]
    assert column.find(["ВЕРА ЁЛКИНА", "никто", "петр"]) == [0, 1]
    assert column.rows_of(["вера ёлкина", "никто"]).tolist() == [True, True, True, True, False]


def test_genres_and_countries_are_one_in_both_languages() -> None:
    films = [Film(id=g, title="x", genres=(g,), countries=("USA", "США")) for g in ("Комедия", "комедия", "Comedy")]
    columns = build_columns(films)
    assert [values(columns.lists["genre"], row) for row in range(3)] == [["комедия"]] * 3
    assert columns.lists["country"].counts(np.arange(3)).tolist() == [3]


def test_values_of_signs_alone_are_none() -> None:
    assert values(build_columns([Film(id="a", title="x", genres=("—", "драма"))]).lists["genre"], 0) == ["драма"]


def test_an_empty_catalogue(tmp_path: Path) -> None:
    build_columns([]).save(tmp_path)
    columns = Columns.open(tmp_path)
    assert columns.n_films == 0
    assert columns.lists["genre"].counts(np.empty(0, dtype=np.int64)).size == 0
    assert columns.lists["genre"].rows_of(["драма"]).size == 0


def test_numbers_and_kinds_stand_in_their_columns() -> None:
    columns = build_columns([Film(id="a", title="x", year=1999, kind=Kind.SERIES, image_url="https://a.example/i")])
    assert columns.numbers["year"].tolist() == [1999]
    assert columns.numbers["poster"].tolist() == [1]
    assert np.isnan(columns.numbers["runtime"][0])
    assert values(columns.lists["kind"], 0) == ["series"]


def test_popularity_is_the_bayesian_average() -> None:
    films = [rated(9.0, 10), rated(8.0, 1000), rated(5.0, 100)]
    m, c = 100.0, 22 / 3
    expected = [(v * r + m * c) / (v + m) for r, v in ((9.0, 10), (8.0, 1000), (5.0, 100))]
    assert popularity(films).tolist() == pytest.approx(expected, rel=1e-6)


def test_few_votes_do_not_beat_many() -> None:
    few, many, bad = popularity([rated(9.8, 2), rated(8.7, 90_000), rated(6.0, 5_000)])
    assert many > few > bad


def test_ratings_without_votes_still_count() -> None:
    # Not known counts as one vote; none at all leaves only the mean.
    for votes, expected in ((None, [7.0, 3.0]), (0, [5.0, 5.0])):
        assert popularity([rated(9.0, votes), rated(1.0, votes)]).tolist() == pytest.approx(expected)


def test_films_without_a_rating_follow_by_what_is_known_of_them() -> None:
    scores = popularity([rated(0.0, 0), rated(None, sources=2), rated(None, sources=1), rated(None), rated(None, 9)])
    assert scores[0] > scores[1] > scores[2] > scores[3] == scores[4]


def test_popularity_is_known_where_films_differ() -> None:
    assert build_columns([rated(9.0), rated(8.0)]).knows_popularity
    assert build_columns([rated(None, sources=2), rated(None)]).knows_popularity
    assert not build_columns([rated(None, 9), rated(None)]).knows_popularity
    assert not build_columns([]).knows_popularity


@few
@given(catalogues)
def test_popularity_is_finite_and_ratings_come_first(films: list[Film]) -> None:
    scores = popularity(films)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    has_rating = np.array([film.rating is not None for film in films], dtype=np.bool_)
    assert scores[has_rating].min(initial=0) >= 0 > scores[~has_rating].max(initial=-1)
