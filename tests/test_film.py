"""Film: what it refuses, what it derives, and that ids stay as they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import RowError, SourceError, UserError
from kadr.film import FILM_FIELDS, Description, Film, Kind, source_id, title_id
from kadr.text import normalise


def film(**values: Any) -> Film:
    return Film(**{"id": "x", "title": "Маяк", **values})


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("id", "", "is empty"),
        ("title", "", "no letter or digit"),
        ("title", " … ", "no letter or digit"),
        ("title", "а" * 501, "longer than 500"),
        ("year", 1869, "between 1870 and 2100"),
        ("year", 2101, "between 1870 and 2100"),
        ("year", 10**400, "between 1870 and 2100"),
        ("runtime_minutes", 0, "between 1 and 6000"),
        ("runtime_minutes", 6001, "between 1 and 6000"),
        ("age_rating", -1, "between 0 and 21"),
        ("age_rating", 22, "between 0 and 21"),
        ("rating", 10.1, "between 0 and 10"),
        ("rating", -0.1, "between 0 and 10"),
        ("rating", float("nan"), "between 0 and 10"),
        ("rating", float("inf"), "between 0 and 10"),
        ("votes", -1, "between 0 and"),
        ("page_url", "javascript:alert(1)", "http"),
        ("page_url", "//films.example/1", "http"),
        ("image_url", "data:image/png;base64,AAAA", "http"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(field: str, value: object, reason: str) -> None:
    with pytest.raises(RowError, match=reason) as caught:
        film(**{field: value})
    assert caught.value.field == field
    assert caught.value.row == 0
    assert str(caught.value).startswith(f"{field}: ")
    assert isinstance(caught.value, SourceError)
    assert caught.value.exit_code == UserError.exit_code == 2


def test_a_row_error_names_its_row() -> None:
    assert str(RowError("year", "is odd", row=7)) == "row 7: year: is odd"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "7"),
        ("title", "а" * 500),
        ("year", 1870),
        ("year", 2100),
        ("runtime_minutes", 1),
        ("runtime_minutes", 6000),
        ("age_rating", 0),
        ("age_rating", 21),
        ("rating", 0.0),
        ("rating", 10.0),
        ("votes", 0),
        ("page_url", "HTTPS://films.example/1"),
        ("image_url", ""),
        ("kind", Kind.SERIES),
    ],
)
def test_the_ends_of_each_range_are_allowed(field: str, value: object) -> None:
    assert getattr(film(**{field: value}), field) == value


def test_the_longest_russian_description_is_shown_first() -> None:
    english, short, long = Description("x" * 99, "", "en"), Description("да", "", "ru"), Description("да да", "", "ru")
    assert film(descriptions=(english, short, long)).description == "да да"
    assert film(descriptions=(Description("ab", "", "en"), Description("abc"))).description == "abc"
    assert film().description == ""


def test_people_stand_once_directors_first() -> None:
    assert film(directors=("Б", "А"), actors=("В", "А")).people == ("Б", "А", "В")


def test_fields_are_those_of_the_record_in_order() -> None:
    assert FILM_FIELDS[:3] == ("id", "title", "original_title")
    assert set(FILM_FIELDS) == {name for name in Film.__slots__}  # noqa: C416  # slots, as they are declared


def test_ids_are_pinned() -> None:
    # Links and private histories hold these ids: another value here breaks them all.
    assert title_id("Смотритель маяка", 2001) == "td65eea8f0faf"
    assert title_id("The Lighthouse", None) == "t0d3389f03b30"
    assert source_id("viju", "42") == "viju:42"


def test_a_title_id_ignores_spelling_but_not_the_year() -> None:
    assert title_id("Ёлки — Палки!", 2001) == title_id("елки палки", 2001)
    assert len({title_id("Ёлки", year) for year in (None, 2001, 2002)}) == 3


@given(st.text(max_size=20), st.text(max_size=20), st.none() | st.integers(1870, 2100))
def test_title_ids_are_13_characters_and_differ(one: str, other: str, year: int | None) -> None:
    first = title_id(one, year)
    assert first.startswith("t")
    assert len(first) == 13
    assert int(first[1:], 16) >= 0
    assert (first == title_id(other, year)) == (normalise(one) == normalise(other))
