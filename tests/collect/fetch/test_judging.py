"""Pages that are looked at before they are stored, and those that are stored for so long only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kadr.collect.fetch import reasons
from kadr.collect.fetch.client import Fetcher
from kadr.collect.fetch.page import Page
from kadr.collect.fetch.store import PageStore
from kadr.errors import PageError
from tests.collect.fetch.odd_server import QUICK, Server, fixed, in_turn, moved

DAY = 86_400.0


def ago(**how: float) -> str:
    return (datetime.now(UTC) - timedelta(**how)).isoformat(timespec="seconds")


def no_robots(page: Page) -> None:
    if b"robot" in page.body:
        raise PageError(page.url, "odd page", "a robot check")


def test_what_is_refused_is_not_stored_and_what_was_stays(server: Server, store: PageStore) -> None:
    server.pages["/film"] = in_turn(fixed(b"are you a robot?"), fixed(b"film"), fixed(b"robot"), fixed(b"new"))
    url = f"{server.url}/film"
    with Fetcher(store, QUICK) as fetcher:
        with pytest.raises(PageError, match=r"odd page \(a robot check\)"):
            fetcher.get(url, judge=no_robots, stale=True)
        assert store.get(url) is None
        kept = fetcher.get(url, judge=no_robots)
        assert (kept.body, fetcher.stale) == (b"film", 0)
        assert fetcher.get(url, judge=no_robots, stale=True) == kept
        assert fetcher.stale == 1
        assert store.get(url) == kept
        assert fetcher.get(url, judge=no_robots, stale=True).body == b"new"
        server.pages["/film"] = fixed(b"robot")
        with pytest.raises(PageError, match="odd page"):
            fetcher.get(url, judge=no_robots)


def test_only_what_the_server_sent_is_judged(server: Server, store: PageStore) -> None:
    server.pages |= {"/film": fixed(b"film"), "/gone": fixed(b"robot", 404)}
    seen: list[Page] = []
    with Fetcher(store, QUICK) as fetcher:
        page = fetcher.get(f"{server.url}/film", judge=seen.append)
        fetcher.get(f"{server.url}/film", fresh_s=DAY, judge=seen.append)
        with pytest.raises(PageError, match=reasons.NOT_FOUND):
            fetcher.get(f"{server.url}/gone", judge=seen.append)
    assert seen == [page]


@pytest.mark.parametrize(("told", "asked"), [({"minutes": 50}, 0), ({"minutes": 70}, 1)])
def test_that_a_page_is_gone_is_believed_for_an_hour(
    server: Server, store: PageStore, told: dict[str, float], asked: int
) -> None:
    url = f"{server.url}/film"
    store.put(Page(url, url, 404, {}, b"", ago(**told)))
    with Fetcher(store, QUICK) as fetcher, pytest.raises(PageError, match=reasons.NOT_FOUND):
        fetcher.get(url, fresh_s=90 * DAY)
    assert len(server.paths) == asked


def test_a_page_from_the_future_is_not_fresh(server: Server, store: PageStore) -> None:
    url = f"{server.url}/film"
    server.pages["/film"] = fixed(b"now")
    with Fetcher(store, QUICK) as fetcher:
        store.put(Page(url, url, 200, {}, b"then", ago(days=-1)))
        assert fetcher.get(url, fresh_s=DAY).body == b"now"


def test_not_modified_by_another_address_is_odd(server: Server, store: PageStore) -> None:
    server.pages |= {"/film": in_turn(moved("/a"), moved("/b")), "/a": fixed(b"film", etag='"1"')}
    server.pages["/b"] = fixed(b"", 304)
    with Fetcher(store, QUICK) as fetcher:
        fetcher.get(f"{server.url}/film")
        with pytest.raises(PageError, match=reasons.ODD_ANSWER):
            fetcher.get(f"{server.url}/film")


def test_fewer_tries_hold_for_robots_txt_too(server: Server, store: PageStore) -> None:
    server.pages |= {"/robots.txt": fixed(b"", 503), "/film": fixed(b"", 503)}
    with Fetcher(store, QUICK) as fetcher, pytest.raises(PageError, match=r"its robots\.txt: server fault"):
        fetcher.get(f"{server.url}/film", tries=1)
    assert [asked.path for asked in server.log] == ["/robots.txt"]
    with Fetcher(store, replace(QUICK, robots=False)) as fetcher, pytest.raises(PageError, match="server fault"):
        fetcher.get(f"{server.url}/film", tries=2)
    assert server.paths == ["/film"] * 2


def test_old_pages_are_dropped_but_not_offline(tmp_path: Path) -> None:
    path = tmp_path / "pages.sqlite"
    with PageStore(path) as store:
        for name, days in (("old", 201), ("kept", 199)):
            store.put(Page(f"http://{name}.example/", "", 200, {}, b"x", ago(days=days)))
        with Fetcher(store, replace(QUICK, offline=True)) as fetcher:
            assert fetcher.get("http://old.example/").body == b"x"
        with Fetcher(store, QUICK):
            assert store.get("http://old.example/") is None
            assert store.get("http://kept.example/") is not None
