import base64
import csv
import io
import json
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.taken import (
    MAX_FILE_BYTES,
    MAX_LINK,
    MAX_WANTED,
    Brought,
    Missing,
    Wanted,
    from_link,
    from_table,
    is_table,
    missing_table,
    to_link,
    to_table,
)
from kadr.film import Film
from kadr.recommend.types import MAX_EVENTS, Event, check_history

IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
TIMES = st.none() | st.integers(0, 4_000_000_000).map(float)
RATED = st.builds(Event, IDS, st.just("rated"), st.integers(0, 20).map(lambda n: n / 2), TIMES)
SAID = st.builds(Event, IDS, st.sampled_from(["liked", "disliked", "watched"]), st.none(), TIMES)
HISTORIES = st.lists(RATED | SAID, max_size=30, unique_by=lambda event: event.film)
LISTS = st.lists(st.builds(Wanted, IDS, TIMES), max_size=10, unique_by=lambda each: each.film)
LIKED = Event("site:1", "liked", None, 1_700_000_000.0)


def _link(value: object) -> str:
    """Return any JSON value packed as a link."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).rstrip(b"=").decode()


def _table(*rows: str) -> bytes:
    return "\n".join(("id,title,year,kind,value,at", *rows)).encode()


@given(HISTORIES)
def test_what_goes_into_a_link_comes_out_of_it(events: list[Event]) -> None:
    text = to_link(events)
    assert text.replace("-", "").replace("_", "").isalnum()
    assert from_link(text) == Brought(tuple(events))


@given(HISTORIES)
def test_what_goes_into_a_file_comes_out_of_it(events: list[Event]) -> None:
    assert from_table(to_table(events, {})) == Brought(tuple(events))


@given(HISTORIES, LISTS)
def test_the_watchlist_goes_along_and_no_film_of_it_was_watched(events: list[Event], listed: list[Wanted]) -> None:
    watched = {event.film for event in events}
    brought = Brought(tuple(events), wanted=tuple(each for each in listed if each.film not in watched))
    assert from_link(to_link(events, listed)) == brought
    table = to_table(events, {}, listed)
    assert from_table(table) == brought
    assert is_table(table)
    assert brought.films == (*(each.film for each in brought.wanted), *(event.film for event in events))


def test_a_link_from_before_there_were_watchlists_is_read() -> None:
    assert from_link(_link([["site:1", 1, None, 1_700_000_000], ["site:2", 3, None, None]])) == Brought(
        (LIKED, Event("site:2", "watched"))
    )
    assert from_link(_link([["site:1", 4, None, None], ["site:2", 5, None, None]])) == Brought(
        (), 1, (Wanted("site:1"),)
    )


def test_of_a_watchlist_that_is_too_long_the_last_films_stay() -> None:
    brought = from_table(to_table((), {}, [Wanted(f"site:{n}") for n in range(MAX_WANTED + 2)]))
    assert (len(brought.wanted), brought.wanted[0], brought.unread) == (MAX_WANTED, Wanted("site:2"), 2)


def test_the_file_of_what_was_not_found_holds_no_formula() -> None:
    data = missing_table([Missing('=HYPERLINK("x")', 1999), Missing("Маяк")])
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [{"title": '\'=HYPERLINK("x")', "year": "1999"}, {"title": "Маяк", "year": ""}]


@pytest.mark.parametrize(
    "data", [b"", b"title,rating\nx,5", b"\x89PNG\r\n\x1a\n\x98", b'"' + b"x" * 200_000, b"id,kind\na,liked\n"]
)
def test_a_table_of_another_place_is_none_of_ours(data: bytes) -> None:
    assert not is_table(data)


@given(st.text(max_size=200))
def test_no_link_raises_and_what_is_read_may_be_asked_of_the_engine(text: str) -> None:
    check_history(from_link(text).events)


@given(st.binary(max_size=300))
def test_no_file_raises_and_what_is_read_may_be_asked_of_the_engine(data: bytes) -> None:
    check_history(from_table(data).events)
    check_history(from_table(b"id,kind,value,at\n" + data).events)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), st.lists, max_leaves=9
)


@given(st.lists(st.lists(JSON | st.sampled_from([0, 3, "site:1", 1e308, 10**400]), min_size=3, max_size=5)))
def test_links_of_any_content_give_a_history_that_can_be_packed_again(rows: list[list[object]]) -> None:
    brought = from_link(_link(rows))
    check_history(brought.events)
    assert len(brought.events) + brought.unread <= len(rows)
    assert from_link(to_link(brought.events)).events == tuple(
        Event(e.film, e.kind, e.value, None if e.at is None else int(e.at)) for e in brought.events
    )


def test_half_a_character_is_no_id() -> None:
    assert from_link(_link([["\ud83d", 1, None, None], ["site:1", 1, None, 1_700_000_000]])) == Brought((LIKED,), 1)


@pytest.mark.parametrize("length", [1, 10, 40])
def test_a_link_that_is_cut_short_gives_nothing(length: int) -> None:
    text = to_link([LIKED, Event("site:2", "rated", 8.0)])
    assert from_link(text[:-length]) == Brought((), 1)


def test_a_link_that_would_unpack_to_too_much_is_refused() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * 2 * MAX_FILE_BYTES + b"]")).decode()
    assert len(bomb) < MAX_LINK
    assert from_link(bomb) == Brought((), 1)
    assert from_link("A" * (MAX_LINK + 1)) == Brought((), 1)
    assert from_link(_link({"site:1": "liked"})) == Brought((), 1)


def test_a_link_of_deep_lists_is_refused() -> None:
    deep = base64.urlsafe_b64encode(zlib.compress(b"[" * 100_000)).decode()
    assert from_link(deep) == Brought((), 1)


def test_a_history_too_long_for_a_link_gives_none() -> None:
    many = [Event(f"t{n * 2_654_435_761 % 2**32:012x}", "watched", None, n * 7_919.0) for n in range(MAX_EVENTS)]
    assert to_link(many) == ""
    assert from_table(to_table(many, {})) == Brought(tuple(many))


def test_a_file_tells_people_what_it_holds_and_holds_no_formula() -> None:
    films = {"site:1": Film(id="site:1", title='=cmd|"/c calc"!A1', year=1999)}
    data = to_table([LIKED, Event("=1+1", "watched")], films)
    assert data.startswith(b"\xef\xbb\xbf")
    first, second = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert (first["title"], first["year"], first["kind"]) == ("'" + films["site:1"].title, "1999", "liked")
    assert second["id"] == "'=1+1"
    assert from_table(data).events == (LIKED, Event("=1+1", "watched"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("part", [",", ";", "\t"])
def test_a_file_that_a_spreadsheet_saved_anew_is_read(encoding: str, part: str) -> None:
    number = "7.5" if part == "," else "7,5"
    rows = [["id", "title", "year", "kind", "value", "at"], ["сайт:1", "Маяк", "1994", "rated", number, ""]]
    data = "\r\n".join(part.join(row) for row in rows).encode(encoding)
    assert from_table(data) == Brought((Event("сайт:1", "rated", 7.5),))


@pytest.mark.parametrize(
    "row",
    [
        ",Маяк,1994,liked,,",
        "site:1,Маяк,1994,loved,,",
        "site:1,Маяк,1994,,,",
        "site:1,Маяк,1994,rated,,",
        "site:1,Маяк,1994,rated,11,",
        "site:1,Маяк,1994,rated,-1,",
        "site:1,Маяк,1994,rated,nan,",
        "site:1,Маяк,1994,liked,much,",
        "site:1",
        f"{'x' * 1_001},Маяк,1994,liked,,",
    ],
)
def test_a_row_that_cannot_be_meant_is_counted_and_the_others_are_read(row: str) -> None:
    assert from_table(_table(row, "site:1,Маяк,1994,liked,,1700000000")) == Brought((LIKED,), 1)


@pytest.mark.parametrize("at", ["soon", "-5", "1e99", "nan"])
def test_a_time_that_is_none_is_left_out(at: str) -> None:
    assert from_table(_table(f"site:1,Маяк,1994,liked,,{at}")) == Brought((Event("site:1", "liked"),))


def test_a_file_of_other_columns_gives_nothing() -> None:
    assert from_table("название,оценка\nМаяк,5\nЛуна,4".encode()) == Brought((), 1)
    assert from_table(b"") == Brought(())
    assert from_table(b"\x89PNG\r\n\x1a\n\x98") == Brought((), 1)


def test_a_file_of_many_columns_takes_no_more_than_its_own_size() -> None:
    head = "id,kind,value,at," + ",".join(f"c{n}" for n in range(1_000))
    tracemalloc.start()
    try:
        assert from_table((head + "\nx" * 15_000).encode()).unread == 15_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    row = b"site:1,,,liked,,\n"
    assert from_table(_table() + b"\n" + row * (MAX_FILE_BYTES // len(row) + 1)) == Brought((), 1)
    assert from_table(b'id,kind\n"' + b"x" * 200_000) == Brought((), 1)  # one cell, longer than tables have


def test_the_last_films_stay_where_there_are_too_many_and_the_last_word_on_each_counts() -> None:
    rows = [f"site:{n},,,watched,," for n in range(MAX_EVENTS + 2)]
    brought = from_table(_table(*rows, "site:5,,,liked,,"))
    assert (len(brought.events), brought.unread) == (MAX_EVENTS, 2)
    assert "site:1" not in {event.film for event in brought.events}
    assert Event("site:5", "liked") in brought.events
