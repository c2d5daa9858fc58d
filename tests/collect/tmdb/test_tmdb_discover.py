"""Which works are found, and in how many calls, where a list cannot show all of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.tmdb.answers import Api
from kadr.collect.tmdb.discover import REACH, Discovery, Slice
from kadr.collect.tmdb.shapes import Work
from kadr.collect.tmdb.token import authorised
from kadr.film import FIRST_YEAR, LAST_YEAR, Kind
from tests.collect.tmdb.tmdb_runs import fetching, source_at
from tests.servers.tmdb import FAULTS, TOKEN, TmdbApi, tmdb_api, works
from tests.servers.tmdb_works import TmdbWork
from tests.servers.wire import json_reply

DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
RESULT = {"id": 1, "vote_count": 5, "title": "Фонарь"}


def found(api: TmdbApi, store: Path, most: int | None = None, **settings: Any) -> tuple[list[Work], Discovery]:
    """Return the first works that are found, `most` of them without being told so; and the discovery."""
    with fetching(store) as fetcher:
        source = source_at(api, **settings)
        discovery = Discovery(source, Api(fetcher, source.url, authorised(TOKEN), 0.0), lambda *_: None)
        return list(islice(discovery.works(), most)), discovery


def pages_asked(api: TmdbApi) -> list[int]:
    return [int(parse_qs(urlsplit(each.path).query)["page"][0]) for each in api.received]


def spread(count: int, days: Sequence[str] = ()) -> list[TmdbWork]:
    """Return films of these days in turn, else of all days from 1995 on; several have as many votes."""
    start = date(1995, 1, 1)
    dates = days or [(start + timedelta(n)).isoformat() for n in range(9000)]
    return [
        replace(work, date=dates[work.id % len(dates)], votes=100 + work.id * 31 % 900)
        for work in works("movie", count)
    ]


@given(DAYS, DAYS)
def test_the_halves_of_a_slice_are_the_slice(one: date, other: date) -> None:
    part = Slice(Kind.FILM, min(one, other), max(one, other) + timedelta(1))
    first, second = part.halves()
    assert (first.first, second.last) == (part.first, part.last)
    assert first.last + timedelta(1) == second.first
    assert first.first <= first.last
    assert second.first <= second.last
    assert first.kind is second.kind is part.kind


def test_more_than_a_list_shows_is_found_whole_and_in_order(tmp_path: Path) -> None:
    stock = spread(REACH + 60)
    with tmdb_api(stock) as api:
        kept, discovery = found(api, tmp_path / "pages", kinds=("film",), years=(1990, 2030))
        assert max(pages_asked(api)) <= 500
    assert [work.id for work in kept] == [w.id for w in sorted(stock, key=lambda w: (-w.votes, w.id))]
    assert (discovery.rejects, discovery.notes) == ([], [])


def test_a_list_that_shows_enough_is_not_split(tmp_path: Path) -> None:
    with tmdb_api(spread(REACH + 60)) as api:
        kept, _ = found(api, tmp_path / "pages", kinds=("film",), limit=30)
        assert pages_asked(api) == [1, 2]
    assert len(kept) == 30


def test_a_day_that_cannot_be_shown_whole_is_told_of(tmp_path: Path) -> None:
    with tmdb_api(spread(REACH + 7, ["2001-05-09"])) as api:
        kept, discovery = found(api, tmp_path / "pages", 40, kinds=("film",), years=(2001, 2001))
    assert len(kept) == 40
    (note,) = discovery.notes
    assert note == "7 of movie of 2001-05-09 are out of the API's reach; raise min_votes"


def test_a_work_that_stands_on_two_pages_is_found_once(tmp_path: Path) -> None:
    stock = works("movie", 30)
    with tmdb_api(stock) as api:
        first = {"total_results": 30, "total_pages": 2, "results": [RESULT, RESULT | {"id": 2}, RESULT]}
        api.lasting["/discover/movie?page=1"] = json_reply(first)
        api.lasting["/discover/movie?page=2"] = json_reply(first | {"results": [RESULT, RESULT | {"id": 3}]})
        kept, _ = found(api, tmp_path / "pages", kinds=("film",))
    assert [work.id for work in kept] == [1, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        {"total_results": None},
        {"total_results": True},
        {"total_pages": "2"},
        {"results": None},
        {"results": {"id": 1}},
    ],
)
def test_what_is_no_list_is_a_lost_page(change: dict[str, Any], tmp_path: Path) -> None:
    said = {"total_results": 1, "total_pages": 1, "results": [RESULT]}
    with tmdb_api(works("movie", 70)) as api:
        api.lasting["/discover/movie?page=1"] = json_reply(said | change)
        kept, discovery = found(api, tmp_path / "pages", kinds=("film",))
        assert pages_asked(api) == [1, 2, 3, 4]
    assert len(kept) == 50  # how many there are, the second page told
    assert [reject.reason for reject in discovery.rejects] == ["not a list of films"]


@pytest.mark.parametrize(
    "spoilt",
    [
        None,
        7,
        [],
        {"id": "1"},
        {"id": True},
        {"id": 0},
        {"id": -3},
        {"id": 10**12},
        {"id": 1.5},
        {"id": 8, "adult": True},
    ],
)
def test_a_result_that_names_no_film_is_passed_over(spoilt: Any, tmp_path: Path) -> None:
    said = {"total_results": 10**30, "total_pages": 1, "results": [spoilt, RESULT | {"vote_count": None, "title": []}]}
    with tmdb_api(works("movie", 1)) as api:
        api.lasting["/discover/movie?page=1"] = json_reply(said)
        kept, _ = found(api, tmp_path / "pages", kinds=("film",), limit=10)
    assert kept == [Work(Kind.FILM, 1, 0, "")]


def test_pages_without_end_end(tmp_path: Path) -> None:
    with tmdb_api(works("movie", 3)) as api:
        endless = {"total_results": 60, "total_pages": 10**9, "results": [RESULT]}
        api.lasting |= {f"/discover/movie?page={n}": json_reply(endless) for n in range(1, 600)}
        kept, _ = found(api, tmp_path / "pages", kinds=("film",))
        assert len(api.received) == 500
    assert len(kept) == 1


def test_a_list_ends_where_the_api_is_given_up(tmp_path: Path) -> None:
    with tmdb_api(works("movie", 600)) as api:
        api.lasting |= {f"/discover/movie?page={n}": FAULTS["fault"] for n in range(2, 31)}
        kept, discovery = found(api, tmp_path / "pages", kinds=("film",))
    assert len(kept) == 20
    assert [reject.reason for reject in discovery.rejects] == ["server fault"] * 10 + ["host given up"]
