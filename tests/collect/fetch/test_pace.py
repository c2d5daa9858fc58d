"""How often, how many at once, how long to wait, and when to stop asking."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kadr.collect.fetch import reasons
from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.lane import GIVE_UP, Lane
from kadr.collect.fetch.reasons import Fault, fault_of
from kadr.collect.fetch.store import PageStore
from kadr.errors import PageError
from tests.collect.fetch.odd_server import QUICK, Handler, Server, fixed, in_turn, serving


def reason(fetcher: Fetcher, url: str) -> str:
    try:
        return str(fetcher.get(url).status)
    except PageError as error:
        return error.reason


def gaps(server: Server) -> list[float]:
    times = sorted(asked.at for asked in server.log)
    return [after - before for before, after in itertools.pairwise(times)]


def fetch_all(fetcher: Fetcher, urls: list[str], threads: int = 8) -> list[str]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda url: reason(fetcher, url), urls))


def test_requests_to_one_host_keep_apart(server: Server, store: PageStore) -> None:
    server.pages |= {f"/{number}": fixed(b"x") for number in range(8)}
    with Fetcher(store, replace(QUICK, delay_s=0.1)) as fetcher:
        assert fetch_all(fetcher, [f"{server.url}/{number}" for number in range(8)]) == ["200"] * 8
    assert len(server.log) == 9  # robots.txt is asked for once, whoever comes first, and counts
    assert 0.75 < sum(gaps(server)) < 2.4


def test_hosts_do_not_wait_for_each_other(store: PageStore) -> None:
    with serving() as one, serving() as two, Fetcher(store, replace(QUICK, delay_s=0.5)) as fetcher:
        one.pages["/"] = two.pages["/"] = fixed(b"x")
        began = time.monotonic()
        assert fetch_all(fetcher, [one.url, two.url] * 2) == ["200"] * 4
        assert time.monotonic() - began < 2.0  # two gaps of each, not five


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_than_so_many_at_once(server: Server, store: PageStore, at_once: int) -> None:
    def page(handler: Handler) -> None:
        time.sleep(0.03)
        handler.reply(b"x")

    server.pages["/"] = page
    with Fetcher(store, replace(QUICK, at_once=at_once)) as fetcher:
        assert fetch_all(fetcher, [server.url] * 12) == ["200"] * 12
    assert server.most_at_once == at_once


def test_the_crawl_delay_is_obeyed(server: Server, store: PageStore) -> None:
    server.pages |= {"/robots.txt": fixed(b"User-agent: *\nCrawl-delay: 0.2"), "/": fixed(b"x")}
    with Fetcher(store, QUICK) as fetcher:
        assert fetch_all(fetcher, [server.url] * 3) == ["200"] * 3
    assert sum(gaps(server)) > 0.55


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_the_host(server: Server, store: PageStore, status: int) -> None:
    server.pages |= {"/busy": in_turn(fixed(b"", status, Retry_After="1"), fixed(b"x")), "/other": fixed(b"x")}
    with Fetcher(store, replace(QUICK, robots=False)) as fetcher, ThreadPoolExecutor(2) as pool:
        busy = pool.submit(reason, fetcher, f"{server.url}/busy")
        while not server.log:
            time.sleep(0.01)
        time.sleep(0.05)
        other = pool.submit(reason, fetcher, f"{server.url}/other")
        assert (busy.result(), other.result()) == ("200", "200")
    first, second = gaps(server)
    assert first > 0.95
    assert second > (0.05 if status == 429 else -1)  # and slower from then on


def test_a_fault_that_passes_costs_nothing(server: Server, store: PageStore) -> None:
    server.pages["/"] = in_turn(fixed(b"", 500), fixed(b"", 503, Retry_After="0"), fixed(b"", 429), fixed(b"x"))
    with Fetcher(store, QUICK) as fetcher:
        assert fetcher.get(server.url).body == b"x"
    assert len(server.paths) == 4


def test_waits_grow_and_are_jittered(store: PageStore) -> None:
    with Fetcher(store, Manners(tries=9)) as fetcher:
        waits = [[fetcher._backoff(tried) for _ in range(200)] for tried in (0, 1, 2, 7)]
    for most, seen in zip((1, 2, 4, 30), waits, strict=True):
        assert 0.8 * most < max(seen) <= most
        assert min(seen) < 0.2 * most


def test_a_host_that_asks_for_an_hour_is_left_alone(server: Server, store: PageStore) -> None:
    server.pages |= {"/kept": fixed(b"x"), "/busy": fixed(b"", 429, Retry_After="3600"), "/other": fixed(b"x")}
    with Fetcher(store, QUICK) as fetcher:
        fetcher.get(f"{server.url}/kept")
        assert reason(fetcher, f"{server.url}/busy") == reasons.TOO_MANY
        assert reason(fetcher, f"{server.url}/other") == reasons.GIVEN_UP
        assert fetcher.get(f"{server.url}/kept", fresh_s=60).body == b"x"
    assert server.paths == ["/kept", "/busy"]


@pytest.mark.parametrize("status", [403, 500])
def test_a_host_that_only_refuses_is_given_up(server: Server, store: PageStore, status: int) -> None:
    server.pages |= {f"/{number}": fixed(b"", status) for number in range(GIVE_UP + 5)}
    with Fetcher(store, replace(QUICK, tries=1)) as fetcher:
        seen = [reason(fetcher, f"{server.url}/{number}") for number in range(GIVE_UP + 5)]
        with pytest.raises(PageError, match=f"{GIVE_UP} pages in a row failed, the last one: {seen[0]}"):
            fetcher.get(server.url)
    assert reasons.GIVEN_UP not in seen[:GIVE_UP]
    assert seen[GIVE_UP:] == [reasons.GIVEN_UP] * 5
    assert len(server.paths) == GIVE_UP


@pytest.mark.parametrize("why", [reasons.TOO_MANY, reasons.NO_ANSWER, reasons.TOO_SLOW])
def test_so_is_one_that_never_answers(why: str) -> None:
    lane = Lane(0.0, 1)
    for _ in range(GIVE_UP):
        with lane.turn():
            lane.lost(Fault(why))
    with pytest.raises(Fault, match=reasons.GIVEN_UP), lane.turn():
        pass


def test_an_answer_in_between_saves_the_host(server: Server, store: PageStore) -> None:
    server.pages |= {"/bad": fixed(b"", 403), "/well": fixed(b"x")}
    with Fetcher(store, QUICK) as fetcher:
        for _ in range(3):
            assert [reason(fetcher, f"{server.url}/bad") for _ in range(GIVE_UP - 1)] == [reasons.REFUSED] * (
                GIVE_UP - 1
            )
            assert reason(fetcher, f"{server.url}/none") == reasons.NOT_FOUND  # an answer, too


def test_stopping_wakes_whoever_waits(server: Server, store: PageStore) -> None:
    server.pages["/"] = fixed(b"x")
    with Fetcher(store, replace(QUICK, delay_s=100.0, robots=False)) as fetcher, ThreadPoolExecutor(3) as pool:
        fetcher.get(server.url)
        waiting = [pool.submit(reason, fetcher, f"{server.url}/{number}") for number in range(3)]
        time.sleep(0.05)
        began = time.monotonic()
        fetcher.stop()
        assert [future.result() for future in waiting] == [reasons.STOPPED] * 3
        assert time.monotonic() - began < 1
        assert reason(fetcher, f"{server.url}/more") == reasons.STOPPED


def test_a_turn_is_not_lost_to_one_who_pauses() -> None:
    lane, had = Lane(0.0, 1), threading.Event()

    def pause() -> None:
        with pytest.raises(Fault, match=reasons.STOPPED):
            lane.pause(60)

    def take() -> None:
        with lane.turn():
            had.set()

    with ThreadPoolExecutor(2) as pool:
        with lane.turn():
            pool.submit(pause)
            time.sleep(0.05)
            pool.submit(take)
            time.sleep(0.05)
        taken = had.wait(5)
        lane.stop()
    assert taken


def test_going_slower_is_bounded_and_passes() -> None:
    lane = Lane(0.0, 1)
    for _ in range(50):
        lane.failed(Fault(reasons.TOO_MANY), 0.0)
    assert lane._extra == 30.0
    for _ in range(200):
        lane.well()
    assert lane._extra < 0.01


def test_a_crawl_is_not_slowed_by_the_client(server: Server, store: PageStore) -> None:
    """Fifty pages a second are wanted; connections are kept, so that eight serve all."""
    connections: set[tuple[str, int]] = set()
    lock = threading.Lock()

    def page(handler: Handler) -> None:
        with lock:
            connections.add(handler.client_address)
        handler.reply(b"x" * 20_000, 200 if handler.path[-1] != "7" else 404, content_type="text/html")

    server.pages |= {f"/{number}": page for number in range(300)}
    began = time.process_time()  # of the server, too; a busy machine is no fault
    with Fetcher(store, QUICK) as fetcher:
        assert fetch_all(fetcher, [f"{server.url}/{number}" for number in range(300)]).count("200") == 270
    assert time.process_time() - began < 6
    assert len(connections) <= QUICK.at_once
    assert len(store) == 301


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("9" * 90, 1e90),
        (format_datetime(datetime(2026, 1, 1, 12, 1, tzinfo=UTC), usegmt=True), 60.0),
        (format_datetime(datetime(2026, 1, 1, 11, 0, tzinfo=UTC), usegmt=True), 0.0),
        ("Thu, 01 Jan 2026 12:01:00", 60.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٧", None),
        ("9" * 5_000, 1e100),
    ],
)
def test_retry_after(value: str, wait: float | None) -> None:
    fault = fault_of(429, {"retry-after": value}, datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert fault is not None
    assert fault.wait == pytest.approx(wait) if wait is not None else fault.wait is None


def test_a_date_far_off_is_a_long_wait() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(days=9), usegmt=True)
    fault = fault_of(503, {"retry-after": until}, datetime.now(UTC))
    assert fault is not None
    assert fault.wait is not None
    assert fault.wait > 700_000


def test_the_usual_manners_are_polite() -> None:
    assert Manners() == Manners("", 1.0, 2, 30.0, 10 << 20, 4, 1.0, robots=True, offline=False, allow_private=False)
