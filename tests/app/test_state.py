from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.state import FIELDS, FILTERS, VIEWS, defaults, filters_of, from_url, options_of, pages_of, to_url
from kadr.engine import MAX_DEPTH, MAX_QUERY, MEASURES
from kadr.film import Kind
from kadr.search.types import Filters, Mode, Sort

RESULTS = 10
names = st.lists(st.text(min_size=1, max_size=30).map(str.strip).filter(bool), max_size=4, unique=True)
years = st.none() | st.integers(1870, 2100)
choices_made = st.fixed_dictionaries(
    {
        "q": st.text(max_size=60).map(str.strip),
        "skip": st.lists(st.sampled_from(["genre:драма", "-person:вера ким", "years:1980-1989"]), unique=True),
        "exact": st.booleans(),
        "k": st.integers(1, 100),
        "page": st.integers(1, 9_999),
        "view": st.sampled_from(VIEWS),
        "mode": st.sampled_from(["hybrid", "semantic", "lexical"]),
        "measure": st.sampled_from(MEASURES),
        "sort": st.sampled_from([each.value for each in Sort]),
        "from": years,
        "to": years,
        "kind": st.lists(st.sampled_from([each.value for each in Kind]), unique=True),
        "genre": names,
        "not_genre": names,
        "country": names,
        "not_country": names,
        "director": names,
        "actor": names,
        "not_person": names,
        "theme": names,
        "rating": st.none() | st.integers(0, 100).map(lambda tenths: tenths / 10),
        "votes": st.none() | st.integers(1, 9_999_999),
        "minutes_from": st.none() | st.integers(1, 999),
        "minutes_to": st.none() | st.integers(1, 999),
        "age": st.none() | st.integers(0, 21),
        "poster": st.booleans(),
    }
)


@given(choices_made)
def test_an_address_gives_back_the_choices_it_was_made_of(choices: dict[str, Any]) -> None:
    assert from_url(to_url(choices, RESULTS), RESULTS) == (choices, ())


@given(st.dictionaries(st.sampled_from([*FIELDS, "utm"]), st.lists(st.text(max_size=20), max_size=60)))
def test_any_address_is_read_into_choices_that_can_be_asked(params: dict[str, list[str]]) -> None:
    choices, refused = from_url(params, RESULTS)
    assert set(refused) <= set(FIELDS)
    assert from_url(to_url(choices, RESULTS), RESULTS) == (choices, ())
    assert isinstance(filters_of(choices), Filters)


def test_choices_by_default_leave_the_address_empty() -> None:
    assert to_url(defaults(20), 20) == {}
    assert from_url({}, 20) == (defaults(20), ())
    assert filters_of(defaults(20)) == Filters()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("q", "я" * (MAX_QUERY + 1)),
        ("skip", "драма"),
        ("skip", "genre:"),
        ("skip", "genre:" + "я" * 600),
        ("exact", "0"),
        ("k", "0"),
        ("k", "101"),
        ("k", "+5"),
        ("mode", "popular"),
        ("measure", "l1"),
        ("sort", "bad"),
        ("from", "1869"),
        ("to", "20000"),
        ("to", "١٩٩٠"),
        ("kind", "book"),
        ("genre", " "),
        ("actor", "я" * 501),
        ("rating", "nan"),
        ("rating", "10.1"),
        ("rating", "-1"),
        ("age", "22"),
        ("page", "0"),
        ("page", "10000"),
        ("view", "map"),
        ("votes", "0"),
        ("minutes_to", "1000"),
        ("poster", "yes"),
    ],
)
def test_garbage_is_named_and_counts_as_not_said(name: str, text: str) -> None:
    assert from_url({name: [text], "genre" if name != "genre" else "actor": ["x"]}, RESULTS)[1] == (name,)
    assert from_url({name: [text]}, RESULTS)[0] == defaults(RESULTS)


def test_of_many_values_the_good_ones_stay() -> None:
    choices, refused = from_url({"kind": ["film", "book", "film"], "k": ["5", "7"]}, RESULTS)
    assert (choices["kind"], choices["k"], refused) == (["film"], 7, ("kind",))


def test_too_many_values_are_cut_and_said() -> None:
    choices, refused = from_url({"actor": [f"a{i}" for i in range(51)]}, RESULTS)
    assert (len(choices["actor"]), refused) == (50, ("actor",))


def test_every_filter_reaches_the_engine() -> None:
    made = {"from": 1990, "to": 1999, "kind": ["film"], "genre": ["драма"], "not_genre": ["ужасы"]}
    made |= {
        "country": ["Куба"],
        "director": ["А"],
        "actor": ["Б"],
        "theme": ["t1"],
        "rating": 7.5,
        "age": 12,
        "poster": True,
        "not_country": ["США"],
        "not_person": ["В"],
        "votes": 100,
        "minutes_from": 60,
        "minutes_to": 120,
    }
    assert set(made) == set(FILTERS)
    assert filters_of(defaults(RESULTS) | made) == Filters(
        year_from=1990,
        year_to=1999,
        kinds=(Kind.FILM,),
        genres_any=("драма",),
        genres_none=("ужасы",),
        countries_any=("Куба",),
        countries_none=("США",),
        people_none=("В",),
        votes_min=100,
        runtime_min=60,
        runtime_max=120,
        directors=("А",),
        actors=("Б",),
        themes=("t1",),
        rating_min=7.5,
        age_max=12,
        has_poster=True,
    )


def test_years_in_the_wrong_order_are_turned() -> None:
    filters = filters_of(defaults(RESULTS) | {"from": 2000, "to": 1990, "minutes_from": 90, "minutes_to": 60})
    assert (filters.year_from, filters.year_to) == (1990, 2000)
    assert (filters.runtime_min, filters.runtime_max) == (60, 90)


@pytest.mark.parametrize(("total", "k", "pages"), [(0, 10, 1), (10, 10, 1), (11, 10, 2), (10**6, 100, 101), (3, 1, 3)])
def test_there_are_as_many_pages_as_may_be_asked_for(total: int, k: int, pages: int) -> None:
    assert pages_of(total, k) == pages
    last = options_of(defaults(RESULTS) | {"k": k, "page": pages})
    assert last["offset"] == (pages - 1) * k <= MAX_DEPTH


def test_an_address_beyond_all_pages_is_still_no_fault() -> None:
    assert options_of(defaults(RESULTS) | {"k": 100, "page": 9_999})["offset"] == MAX_DEPTH


def test_a_measure_counts_in_the_semantic_mode_only() -> None:
    asked = defaults(RESULTS) | {"measure": "l2"}
    assert options_of(asked)["measure"] == "cosine"
    assert options_of(asked | {"mode": Mode.SEMANTIC.value})["measure"] == "l2"


def test_what_was_taken_back_reaches_the_engine() -> None:
    options = options_of(defaults(RESULTS) | {"skip": ["genre:драма"], "exact": True})
    assert (options["ignored"], options["as_typed"]) == (("genre:драма",), True)
    plain = options_of(defaults(RESULTS))
    assert (plain["ignored"], plain["as_typed"]) == ((), False)
