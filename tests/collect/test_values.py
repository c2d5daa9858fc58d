"""Cells become values."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect import parts, values
from kadr.collect.durations import runtime_of
from kadr.film import Kind

READERS: list[Callable[[Any], object]] = [
    values.year_of, values.date_year_of, runtime_of, values.rating_of, values.votes_of, values.age_of,
    values.kind_of, values.url_of, values.time_of, values.text_of, parts.list_of, parts.own_id,
]  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        *[(values.year_of, c, 1999) for c in (1999, "1999", "1999.0", 1999.0, "1999-05-01", "1999–2003")],
        (values.year_of, "13 мая 1999", 1999),
        *[(values.year_of, c, None) for c in (None, "", 0, "nan", float("nan"), "None", "NaT")],
        *[(runtime_of, c, 135) for c in (135, "135", "2 ч 15 мин", "135 мин.", "2h 15m", "PT2H15M", 8100)],
        *[(runtime_of, c, 135) for c in ("2 часа 15 минут", "02:15", "2:15:00", "135 min", "PT135M", 135.0)],
        (runtime_of, "95:30", 95),
        (runtime_of, 0, None),
        *[(values.rating_of, c, 8.5) for c in (8.5, "8,5", "8.5/10", "8,5 из 10")],
        (values.rating_of, "0", None),
        *[(values.votes_of, c, 12345) for c in (12345, "12 345", "12,345", "12345.0")],
        *[(values.age_of, c, 18) for c in ("18+", 18, "18.0", "от 18 лет", "age18")],
        (values.age_of, "0+", 0),
        *[(values.kind_of, c, Kind.SERIES) for c in ("сериал", "tv_series", "tvSeries", "Мини-сериал", "TV Show")],
        *[(values.kind_of, c, Kind.FILM) for c in ("movie", "фильм", "tvMovie", "FILM")],
        (values.url_of, "//a.b/c", "https://a.b/c"),
        (values.url_of, "https://a.b/?x=1&copy=2", "https://a.b/?x=1&copy=2"),
        (values.text_of, "&amp;lt;b&gt; да", "да"),
        (values.text_of, 1984.0, "1984"),
    ],
)  # fmt: skip
def test_readers(reader: Callable[[Any], object], cell: object, value: object) -> None:
    assert reader(cell) == value


@pytest.mark.parametrize(
    ("reader", "cell"),
    [
        (values.year_of, "давно"), (runtime_of, "долго"), (runtime_of, "99999 мин"),
        (values.rating_of, "PG-13"), (values.rating_of, 85), (values.votes_of, "много"), (values.age_of, "R"),
        (values.age_of, 99), (values.kind_of, "опера"), (values.url_of, "javascript:x"), (values.url_of, "a b"),
        (values.date_year_of, 9999), (values.text_of, ["a"]), (values.time_of, "вчера"),
    ],
)  # fmt: skip
def test_what_a_reader_refuses(reader: Callable[[Any], object], cell: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        reader(cell)


CELL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.from_regex(r"[\d:.,/ чhм-]{1,12}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(CELL)
def test_readers_only_ever_refuse_with_value_error(cell: object) -> None:
    for reader in READERS:
        with contextlib.suppress(ValueError):
            reader(cell)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("драма, комедия", ("драма", "комедия")),
        ("драма|комедия, чёрная", ("драма", "комедия, чёрная")),
        ("Иванов И.; Петров, П.", ("Иванов И.", "Петров, П.")),
        ("['a', \"b's\"]", ("a", "b's")),
        ('["a", "b"]', ("a", "b")),
        ("[{'id': 16, 'name': 'Anima'}]", ("Anima",)),
        ([{"title": "США", "code": "US"}, {"name": "Чили"}, None, 5], ("США", "Чили", "5")),
        ([{"first_name": "Вера", "last_name": "Тихая"}], ("Вера Тихая",)),
        ("драма, Драма, -, нет данных, ", ("драма",)),
        ("(no genres listed)", ()),
        ("[Без скобки", ("[Без скобки",)),
        ("", ()),
        (None, ()),
    ],
)
def test_lists(cell: object, items: tuple[str, ...]) -> None:
    assert parts.list_of(cell) == items


def test_a_slash_parts_a_list_only_where_it_is_said_to() -> None:
    assert parts.list_of("драма/комедия", also="/") == ("драма", "комедия")
    assert parts.list_of("фильм/сериал, драма", also="/") == ("фильм/сериал", "драма")
    assert parts.list_of("AC/DC") == ("AC/DC",)


def test_lists_are_bounded() -> None:
    items = parts.list_of([f"{i} " + "ы" * 900 for i in range(200)])
    assert len(items) == 50
    assert max(map(len, items)) == 200


@given(st.lists(st.from_regex(r"[а-яa-z]{2,9}1", fullmatch=True), max_size=9))
def test_a_list_reads_the_same_however_it_is_written(names: list[str]) -> None:
    expected = parts.list_of(names)
    assert parts.list_of(repr(names)) == expected
    assert parts.list_of("|".join(names)) == expected
    assert parts.list_of(", ".join(names)) == expected


@pytest.mark.parametrize(
    ("title", "parted"),
    [
        ("Полынь (1999)", ("Полынь", 1999, None)),
        ("Полынь (ТВ, 1981)", ("Полынь", 1981, None)),
        ("Полынь (2010 – 2014)", ("Полынь", 2010, None)),
        ("Полынь (сериал 2011 - ...)", ("Полынь", 2011, Kind.SERIES)),
        ("Wormwood (TV Series 2011–present)", ("Wormwood", 2011, Kind.SERIES)),
        ("Полынь (Трава) (1999)", ("Полынь (Трава)", 1999, None)),
        ("2012 (2009)", ("2012", 2009, None)),
        *[
            (t, (t, None, None))
            for t in ("(500) дней лета", "М (Убийца)", "1984", "(1984)", "Стена (1000)", "Круг (2 из 3)")
        ],
    ],
)
def test_titles_with_a_year(title: str, parted: parts.Titled) -> None:
    assert parts.split_title(title) == parted


@pytest.mark.parametrize(
    ("catalogue", "cell", "found"),
    [
        ("imdb", "tt0133093", "tt0133093"), ("imdb", 114709, "tt0114709"), ("imdb", "tt12345678", "tt12345678"),
        ("imdb", "https://www.imdb.com/title/tt0133093/?ref=x", "tt0133093"), ("kinopoisk", "301.0", "301"),
        ("kinopoisk", "https://www.kinopoisk.ru/film/301/", "301"), ("tmdb", 603.0, "603"), ("wikidata", "q42", "Q42"),
        ("tmdb", "", ""),
    ],
)  # fmt: skip
def test_external_ids(catalogue: str, cell: object, found: str) -> None:
    assert parts.external_id(catalogue, cell) == found


@pytest.mark.parametrize(
    ("catalogue", "cell"), [("imdb", "nm12"), ("kinopoisk", "0"), ("tmdb", "x"), ("wikidata", "42")]
)
def test_external_ids_of_another_shape(catalogue: str, cell: str) -> None:
    with pytest.raises(ValueError, match=catalogue):
        parts.external_id(catalogue, cell)
