import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.errors import ConfigError
from kadr.evaluate.slices import slices_of

ROWS = [
    {"source": "полка", "year": "1994", "overlap": "0.05"},
    {"source": "склад", "overlap": "0.2"},
    {"source": "полка", "year": "2007", "overlap": "1e-1"},
    {"year": "1990", "overlap": "много"},
]


def _found(*specs: str) -> dict[str, tuple[int, ...]]:
    return {each.name: each.places for each in slices_of(ROWS, specs)}


def test_all_comes_first_and_words_are_sliced_by_value() -> None:
    assert list(_found("source").items()) == [
        ("all", (0, 1, 2, 3)),
        ("source=полка", (0, 2)),
        ("source=склад", (1,)),
        ("no source", (3,)),
    ]


def test_numbers_are_sliced_by_presence() -> None:
    assert _found("year") == {"all": (0, 1, 2, 3), "year": (0, 2, 3), "no year": (1,)}


@pytest.mark.parametrize(
    ("spec", "places"),
    [
        ("overlap<0.2", (0, 2)),
        ("overlap <= 0.2", (0, 1, 2)),
        ("overlap>0.1", (1,)),
        ("overlap>=.1", (1, 2)),
        ("source=ПОЛКА", (0, 2)),
        ("year=1994", (0,)),
        ("year>1990", (0, 2)),
    ],
)
def test_bounds_compare_numbers_and_equality_compares_words(spec: str, places: tuple[int, ...]) -> None:
    assert _found(spec)[spec] == places


def test_a_slice_asked_twice_is_listed_once() -> None:
    assert list(_found("year", "year=1994", "year")) == ["all", "year", "no year", "year=1994"]


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("colour", "no judged query has a value in that column; columns: overlap, source, year"),
        ("colour=red", "no judged query has a value"),
        ("", "no judged query has a value"),
        ("year<1900", "no judged query is in it"),
        ("year<soon", "'soon' is not a number"),
        ("year<nan", "'nan' is not a number"),
    ],
)
def test_a_slice_that_cannot_be_made_says_why(spec: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        slices_of(ROWS, [spec])


def test_a_column_of_many_words_is_refused() -> None:
    with pytest.raises(ConfigError, match="has 21 values; name one: q=VALUE"):
        slices_of([{"q": f"слово {number}"} for number in range(21)], ["q"])


@given(
    st.lists(st.dictionaries(st.just("c"), st.sampled_from(["a", "b", "1", "2.5"])), min_size=1, max_size=8).filter(any)
)
def test_a_bare_column_parts_all_rows(rows: list[dict[str, str]]) -> None:
    whole, *parts = slices_of(rows, ["c"])
    assert sorted(place for part in parts for place in part.places) == list(whole.places)
    assert all(part.places for part in parts)
