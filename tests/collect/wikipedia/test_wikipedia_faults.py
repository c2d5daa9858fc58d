"""What goes wrong with Wikimedia's services costs a part of one run, never what was fetched before."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kadr.catalogue.records import encode
from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.store import PageStore
from kadr.collect.harvest import Harvest, Reject
from kadr.collect.wikipedia.answers import Patience, in_parts
from kadr.collect.wikipedia.read import NAMELESS, _kept, read_wikipedia
from kadr.errors import SourceError
from kadr.progress import Advance
from tests.servers.wiki import Asked, WikiServer, busy, cut, lagging
from tests.servers.wiki_films import WikiFilm, wiki_films
from tests.servers.wire import Reply, json_reply

if TYPE_CHECKING:
    from kadr.film import Film

MANNERS = Manners("https://example.org/contact", delay_s=0.0, backoff_s=0.01, robots=False, allow_private=True)
HALF = "\\ud83d"
"""Half of a character, as JSON may hold it."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PageStore]:
    with PageStore(tmp_path / "pages.sqlite") as opened:
        yield opened


def nothing(*_: object) -> None: ...


def read(
    server: WikiServer,
    store: PageStore,
    *,
    pause: Callable[[float], None] = nothing,
    progress: Advance = nothing,
    refresh_days: int = 7,
    **manners: Any,
) -> Harvest:
    source = server.source(years=(1999, 2000), refresh_days=refresh_days)
    with Fetcher(store, replace(MANNERS, **manners)) as fetcher:
        return read_wikipedia(source, fetcher, progress=progress, pause=pause)


def some(count: int = 40) -> list[WikiFilm]:
    return wiki_films(count, 1999, 2000)


def without_times(got: Harvest) -> list[Any]:
    return [replace(film, fetched_at="") for film in got.films]


def names_of(asked: Asked) -> bool:
    return asked.service == "entities" and asked.query["props"] == "labels"


@pytest.mark.parametrize("wrong", [lagging, cut, busy])
def test_a_day_of_faults_costs_nothing_that_was_fetched_before(
    store: PageStore, wrong: Callable[[Reply], Reply]
) -> None:
    bad = False
    waits: list[float] = []

    def fault(asked: Asked, right: Reply) -> Reply | None:
        return wrong(right) if bad and asked.service != "sparql" else None

    with WikiServer(some(), faults=fault) as server:
        first = read(server, store)
        bad = True
        second = read(server, store, refresh_days=0, pause=waits.append, tries=1)
        asked = len(server.asked)
        third = read(server, store, refresh_days=0, pause=waits.append, offline=True)
        assert len(server.asked) == asked
    assert without_times(second) == without_times(third) == without_times(first)
    assert len(first.films) == 40
    stale = int(second.notes[0].split(" ")[0])
    assert second.notes[0].endswith("answers were read as they were stored before, because none came that would do")
    assert waits == ([5.0] * stale if wrong is lagging else [])  # each is asked for once, and offline nothing waits


def test_lag_all_day_is_not_waited_out_by_every_batch(store: PageStore) -> None:
    waits: list[float] = []
    slow = json_reply({"error": {"code": "maxlag", "lag": 7}}, headers={"Retry-After": "600"})
    with (
        WikiServer(
            wiki_films(1000, 1999, 1999), faults=lambda a, _: slow if a.service == "entities" else None
        ) as server,
        pytest.raises(SourceError, match="the servers lag"),
    ):
        read(server, store, pause=waits.append)
    assert set(waits) == {60.0}
    assert sum(waits) == Patience(nothing).left_s == 1_800.0


def test_lag_without_a_time_is_waited_out_for_as_long_as_it_is(store: PageStore) -> None:
    waits: list[float] = []
    lags: list[Any] = [12.5, 10**400, -3, "x", None]
    told = iter([json_reply({"error": {"code": "maxlag", "lag": lag}}) for lag in lags])
    with WikiServer(some(3), faults=lambda a, _: next(told, None) if a.service == "ru" else None) as server:
        assert len(read(server, store, pause=waits.append).films) == 3
    assert waits == [12.5, 60.0, 5.0, 5.0, 5.0]


def test_a_film_whose_people_cannot_be_named_is_no_film_this_time(store: PageStore) -> None:
    films = some(30)
    bad = "Q3000005"

    def fault(asked: Asked, right: Reply) -> Reply | None:
        return cut(right) if names_of(asked) and bad in asked.names else None

    with WikiServer(films, faults=fault) as server:
        got = read(server, store)
    # People of a film are its director, number i, and six actors from number 7 i on.
    lacking = {films[i].qid for i in range(30) if i == 5 or 5 in {(i * 7 + k) % 400 for k in range(6)}}
    assert len(lacking) > 1
    assert {(each.reason, each.detail) for each in got.rejects} == {(NAMELESS, "no JSON")}
    assert {each.url.rsplit("/", 1)[1] for each in got.rejects} == lacking
    assert len(got.films) == 30 - len(lacking)
    assert all(film.directors and film.actors for film in got.films)


def test_a_name_that_failed_is_asked_for_again_with_the_next_films(store: PageStore) -> None:
    alone = 0

    def fault(asked: Asked, _: Reply) -> Reply | None:
        nonlocal alone
        if alone or not names_of(asked) or "Q159" not in asked.names:
            return None
        alone += asked.names == ("Q159",)
        return json_reply({"error": {"code": "odd"}})

    with WikiServer(wiki_films(300, 1999, 1999), faults=fault) as server:
        got = read(server, store)
    assert {each.reason for each in got.rejects} == {NAMELESS}
    assert len(got.rejects) <= 50 / 3 + 1  # of one batch
    assert sum("Россия" in film.countries for film in got.films) == 100 - len(got.rejects)


def test_a_name_that_never_comes_is_asked_for_a_few_times(store: PageStore) -> None:
    def fault(asked: Asked, _: Reply) -> Reply | None:
        return json_reply({"error": {"code": "odd"}}) if names_of(asked) and "Q30" in asked.names else None

    with WikiServer(wiki_films(900, 1999, 1999), faults=fault) as server:
        got = read(server, store)
        alone = [each for each in server.asked if each.names == ("Q30",)]
    assert len(alone) == 3
    assert {each.reason for each in got.rejects} == {NAMELESS}
    assert len(got.films) == 600


def hostile(right: Reply, old: str, new: str) -> Reply | None:
    """Return a reply with other words for those of a pattern, as they stand in its JSON; None without any."""
    parts = re.split(old, right.body.decode())
    return replace(right, body=new.join(parts).encode()) if len(parts) > 1 else None


SCRIPT = "<script>alert(1)</script>\\u202e\\u0000"


@pytest.mark.parametrize(
    ("service", "old", "new"),
    [
        ("sparql", r"\\u041d\\u0430\\u0437\\u0432\\u0430\\u043d\\u0438\\u0435 1 ", f"{HALF} "),
        (
            "entities",
            r'"P1476".*?"text": "',
            f'"P1476": [{{"mainsnak": {{"snaktype": "value", "datavalue": {{"value": {{"text": "{HALF}{SCRIPT}',
        ),
        ("entities", r"Q3000001", "Q" + "9" * 5_000),
        ("entities", r"Q3000001", "Q\\u0661"),
        ("entities", r"Name \d+ Surname", f"{HALF}A{SCRIPT}"),
        ("entities", r"Original", f"{HALF}{SCRIPT}"),
        ("ru", r"\\u041d\\u0430\\u0447\\u0430\\u043b\\u043e", f"{HALF}{SCRIPT}"),
        ("ru", r"Poster_", f"{HALF}{SCRIPT}"),
    ],
)
def test_hostile_values_cost_their_film_at_most(store: PageStore, service: str, old: str, new: str) -> None:
    hit: list[Reply | None] = []

    def fault(asked: Asked, right: Reply) -> Reply | None:
        hit.append(hostile(right, old, new) if asked.service == service else None)
        return hit[-1]

    with WikiServer(some(), faults=fault) as server:
        got = read(server, store)
    assert any(hit)
    assert len(got.films) >= 39
    for film in got.films:
        text = encode(film)
        assert "<script" not in text.lower()
        assert "\u202e" not in text


def test_an_entry_that_calls_itself_something_else_is_refused(store: PageStore) -> None:
    def fault(asked: Asked, right: Reply) -> Reply | None:
        return hostile(right, '"id": "Q100003"', '"id": "Q5/../<b>"') if "Q100003" in asked.names else None

    with WikiServer(some(3), faults=fault) as server:
        got = read(server, store)
    assert [(each.row, each.reason, each.url) for each in got.rejects] == [
        (2, "no such entry in Wikidata", "https://www.wikidata.org/wiki/Q0")
    ]


def test_a_reader_that_breaks_costs_what_it_broke_on() -> None:
    asked: list[Sequence[int]] = []

    def ask(part: Sequence[int]) -> dict[int, float]:
        asked.append(part)
        return {number: 1 / number for number in part}

    found, failed = in_parts([4, 0, 2, 1], ask)
    assert found == {4: 0.25, 2: 0.5, 1: 1.0}
    assert {key: fault.reason for key, fault in failed.items()} == {0: "the reader failed (ZeroDivisionError)"}
    assert len(asked) == 5


def test_what_takes_the_query_service_too_long_is_split_at_once(store: PageStore) -> None:
    def slow(asked: Asked, right: Reply) -> Reply | None:
        dates = re.findall(r'"([-0-9]{10})T', asked.query.get("query", ""))[:2]
        year = dates == ["1999-01-01", "2000-01-01"]
        return busy(right) if year or dates == ["1999-03-01", "1999-04-01"] else None

    with WikiServer(some(), faults=slow) as server:
        got = read(server, store)
        times: dict[str, int] = {}
        for each in server.asked:
            times[each.query.get("query", "")] = each.times + 1
    assert [note.split(" could")[0] for note in got.notes] == ["films of 1999-03", "series of 1999-03"]
    # The year of films and that of series once, the month of each as often as any page, and once more.
    assert sorted(count for query, count in times.items() if query)[-2:] == [5, 5]
    assert [count for query, count in times.items() if '"2000-01-01T' in query and '"1999-01-01T' in query] == [1, 1]


def test_too_many_queries_are_not_made_more(store: PageStore) -> None:
    told = iter([Reply(429, b"Too many requests", {"Content-Type": "text/plain", "Retry-After": "0"})])
    with WikiServer(some(), faults=lambda _, __: next(told, None)) as server:
        got = read(server, store)
        assert sum(each.service == "sparql" for each in server.asked) == 4 + 1
    assert (len(got.films), got.notes) == (40, ())


def test_what_is_listed_and_done_is_told(store: PageStore) -> None:
    told: list[tuple[Any, ...]] = []
    with WikiServer(some()) as server:
        read(server, store, progress=lambda *now: told.append(now))
    assert told[:4] == [
        (0, None, "listing films of 1999"),
        (0, None, "listing films of 2000"),
        (0, None, "listing series of 1999"),
        (0, None, "listing series of 2000"),
    ]
    assert told[-1] == (40, 40)


def test_where_nothing_matches_it_says_so(store: PageStore) -> None:
    with WikiServer([]) as server, pytest.raises(SourceError, match="no film matches; widen years, kinds or known_in"):
        read(server, store)


def test_an_item_that_an_article_names_is_shown_in_part(store: PageStore) -> None:
    item, long = '"wikibase_item": "Q100003', '"wikibase_item": "' + "x" * 10_000

    def fault(asked: Asked, right: Reply) -> Reply | None:
        return hostile(right, item, long) if asked.service == "ru" else None

    with WikiServer(some(3), faults=fault) as server:
        got = read(server, store)
    assert [each.reason for each in got.rejects] == ["is about something else"]
    assert len(got.rejects[0].detail) < 300


def test_an_entry_that_breaks_the_reader_costs_that_film_and_a_broken_store_the_run() -> None:
    def fail(error: Exception) -> None:
        raise error

    done: dict[str, Film | Reject] = {}
    with _kept(done, "Q5"):
        fail(ZeroDivisionError())
    link = "https://www.wikidata.org/wiki/Q5"
    assert done == {"Q5": Reject(0, "page", "the reader failed (ZeroDivisionError)", url=link)}
    with pytest.raises(SourceError, match="the store"), _kept(done, "Q6"):
        fail(SourceError("the store is damaged"))
