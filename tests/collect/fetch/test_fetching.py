"""Pages as they come: stored, fresh, conditional, redirected, refused."""

from dataclasses import replace

import pytest

from kadr import __version__
from kadr.collect.fetch import reasons
from kadr.collect.fetch.client import Fetcher, Manners
from kadr.collect.fetch.store import PageStore
from kadr.errors import PageError
from tests.collect.fetch.odd_server import QUICK, Handler, Server, fixed, in_turn, moved, serving

DAY = 86_400.0


def reason(fetcher: Fetcher, url: str, fresh_s: float = 0.0) -> str:
    with pytest.raises(PageError) as caught:
        fetcher.get(url, fresh_s=fresh_s)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_a_page_comes_whole_and_is_stored(server: Server, store: PageStore) -> None:
    server.pages["/film/1"] = fixed("Полынь".encode(), content_type="text/html; charset=utf-8", x_powered_by="no")
    with Fetcher(store, QUICK) as fetcher:
        page = fetcher.get(f"{server.url}/film/1#top")
        assert fetcher.get(f"{server.url}/film/1", fresh_s=DAY) == page
    assert (page.url, page.final_url, page.status) == (f"{server.url}/film/1", f"{server.url}/film/1", 200)
    assert page.body.decode() == "Полынь"
    assert page.headers == {"content-type": "text/html; charset=utf-8"}
    assert server.paths == ["/film/1"]
    assert store.get(f"{server.url}/film/1") == page


def test_who_asks_is_told(server: Server, store: PageStore) -> None:
    server.pages["/"] = fixed(b"x")
    with Fetcher(store, replace(QUICK, contact="https://kino.example/bot (\r\nX: y)")) as fetcher:
        fetcher.get(server.url)
    assert {asked.headers["user-agent"] for asked in server.log} == {
        f"kadr/{__version__} (+https://kino.example/bot X: y)"
    }
    assert all("cookie" not in asked.headers and "x" not in asked.headers for asked in server.log)


def test_a_stored_page_is_asked_for_with_a_condition(server: Server, store: PageStore) -> None:
    def page(handler: Handler) -> None:
        if handler.headers["If-None-Match"] == '"v1"' and handler.headers["If-Modified-Since"] == "yesterday":
            handler.reply(b"", 304)
        else:
            handler.reply(b"long page", etag='"v1"', last_modified="yesterday")

    server.pages["/film"] = page
    url = f"{server.url}/film"
    with Fetcher(store, QUICK) as fetcher:
        first = fetcher.get(url)
        store.put(replace(first, fetched_at="2020-01-01T00:00:00+00:00"))
        second = fetcher.get(url, fresh_s=DAY)
        assert second == replace(first, fetched_at=second.fetched_at)
        assert second.fetched_at >= first.fetched_at
        assert store.get(url) == second
        assert fetcher.get(url, fresh_s=DAY) == second
    assert server.paths == ["/film", "/film"]


def test_a_page_that_changed_replaces_the_stored_one(server: Server, store: PageStore) -> None:
    server.pages["/film"] = in_turn(fixed(b"one", etag='"1"'), fixed(b"two", etag='"2"'))
    with Fetcher(store, QUICK) as fetcher:
        assert [fetcher.get(f"{server.url}/film").body for _ in range(2)] == [b"one", b"two"]
    assert len(store) == 2  # the page, and that there is no robots.txt


def test_not_modified_without_a_condition_is_odd(server: Server, store: PageStore) -> None:
    server.pages["/film"] = fixed(b"", 304)
    with Fetcher(store, QUICK) as fetcher:
        assert reason(fetcher, f"{server.url}/film") == reasons.ODD_ANSWER


@pytest.mark.parametrize("status", [404, 410])
def test_that_a_page_is_gone_is_remembered(server: Server, store: PageStore, status: int) -> None:
    server.pages["/film"] = fixed(b"gone", status)
    with Fetcher(store, QUICK) as fetcher:
        assert [reason(fetcher, f"{server.url}/film", DAY) for _ in range(3)] == [reasons.NOT_FOUND] * 3
        assert server.paths == ["/film"]
        server.pages["/film"] = fixed(b"back again")
        assert fetcher.get(f"{server.url}/film").body == b"back again"


def test_offline_serves_the_store_alone(server: Server, store: PageStore) -> None:
    server.pages["/robots.txt"] = fixed(b"Sitemap: /map.xml")
    server.pages["/film"] = fixed(b"page")
    with Fetcher(store, QUICK) as fetcher:
        kept = fetcher.get(f"{server.url}/film")
        assert reason(fetcher, f"{server.url}/none") == reasons.NOT_FOUND
    asked = len(server.log)
    old = replace(kept, fetched_at="2001-01-01T00:00:00+00:00")
    store.put(old)
    with Fetcher(store, replace(QUICK, offline=True)) as fetcher:
        assert fetcher.get(f"{server.url}/film") == old
        assert reason(fetcher, f"{server.url}/none") == reasons.NOT_FOUND
        assert reason(fetcher, f"{server.url}/other") == reasons.NOT_STORED
        assert fetcher.sitemaps_of(f"{server.url}/film") == (f"{server.url}/map.xml",)
        assert fetcher.sitemaps_of("https://never.example/") == ()
    assert len(server.log) == asked


def test_redirects_are_followed_and_the_first_address_is_the_key(server: Server, store: PageStore) -> None:
    server.pages["/old"] = moved("/new?x=1#here", 301)
    server.pages["/new"] = moved("последняя", 307)
    server.pages["/%D0%BF%D0%BE%D1%81%D0%BB%D0%B5%D0%B4%D0%BD%D1%8F%D1%8F"] = fixed(b"here", etag='"e"')
    with Fetcher(store, QUICK) as fetcher:
        page = fetcher.get(f"{server.url}/old")
        assert page.final_url == f"{server.url}/%D0%BF%D0%BE%D1%81%D0%BB%D0%B5%D0%B4%D0%BD%D1%8F%D1%8F"
        assert fetcher.get(f"{server.url}/old", fresh_s=DAY) == page
        fetcher.get(f"{server.url}/old")
    conditions = [asked.headers.get("if-none-match") for asked in server.log[-3:]]
    assert conditions == [None, None, '"e"']  # only where the stored page came from


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/loop", reasons.REDIRECTS),
        ("file:///etc/passwd", reasons.NOT_WEB),
        ("http://[broken/", reasons.NOT_WEB),
        ("https://user:word@films.example/", reasons.NOT_WEB),
        ("javascript:alert(1)", reasons.NOT_WEB),
        ("//" + "a" * 8_000, reasons.NOT_WEB),
    ],
)
def test_redirects_to_nowhere(server: Server, store: PageStore, location: str, expected: str) -> None:
    server.pages["/loop"] = moved(location)
    with Fetcher(store, QUICK) as fetcher:
        assert reason(fetcher, f"{server.url}/loop") == expected
    assert len(server.paths) <= 6
    assert store.get(f"{server.url}/loop") is None


def test_five_redirects_are_enough(server: Server, store: PageStore) -> None:
    for step in range(6):
        server.pages[f"/{step}"] = moved(f"/{step + 1}")
    server.pages["/6"] = fixed(b"end")
    with Fetcher(store, QUICK) as fetcher:
        assert fetcher.get(f"{server.url}/1").body == b"end"
        assert reason(fetcher, f"{server.url}/0") == reasons.REDIRECTS


def test_a_token_is_sent_to_its_host_alone(server: Server, store: PageStore) -> None:
    with serving() as other:
        server.pages["/"] = moved("/here")
        server.pages["/here"] = moved(f"{other.url}/there?key=geheim")
        other.pages["/there"] = fixed(b"x")
        with Fetcher(store, QUICK) as fetcher:
            fetcher.get(server.url, headers={"Authorization": "Bearer geheim"})
        sent = {asked.path: asked.headers.get("authorization") for asked in server.log + other.log}
    assert sent["/"] == sent["/here"] == "Bearer geheim"
    assert sent["/there?key=geheim"] is None
    assert sent["/robots.txt"] is None


def test_no_secret_is_shown(server: Server, store: PageStore) -> None:
    with Fetcher(store, QUICK) as fetcher:
        for url in (f"{server.url}/none?key=geheim", "http://127.0.0.1:1/?key=geheim", "http://me:geheim@a.example/"):
            with pytest.raises(PageError) as caught:
                fetcher.get(url, headers={"Authorization": "geheim\nx"} if "none" in url else {})
            assert "geheim" not in str(caught.value)
            assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("status", "expected", "tries"),
    [
        (401, reasons.REFUSED, 1),
        (403, reasons.REFUSED, 1),
        (451, reasons.REFUSED, 1),
        (418, reasons.ODD_ANSWER, 1),
        (204, reasons.ODD_ANSWER, 1),
        (302, reasons.ODD_ANSWER, 1),
        (408, reasons.SERVER_FAULT, 4),
        (425, reasons.SERVER_FAULT, 4),
        (500, reasons.SERVER_FAULT, 4),
        (503, reasons.SERVER_FAULT, 4),
        (429, reasons.TOO_MANY, 4),
    ],
)
def test_refusals(server: Server, store: PageStore, status: int, expected: str, tries: int) -> None:
    server.pages["/film"] = fixed(b"", status)
    with Fetcher(store, QUICK) as fetcher:
        assert reason(fetcher, f"{server.url}/film") == expected
    assert server.paths == ["/film"] * tries
    assert store.get(f"{server.url}/film") is None


def test_the_usual_manners_keep_out_of_the_own_network(server: Server, store: PageStore) -> None:
    with Fetcher(store, Manners()) as fetcher:
        for url in (server.url, "http://localhost/", "http://2130706433/", "http://127.1/", "http://[::1]/"):
            assert reason(fetcher, url) == reasons.PRIVATE
        assert reason(fetcher, "http://169.254.169.254/latest/meta-data/") == reasons.PRIVATE
        assert reason(fetcher, "http://[::ffff:10.0.0.1]/") == reasons.PRIVATE
    assert server.log == []


def test_an_ipv6_address(store: PageStore) -> None:
    try:
        started = serving("::1")
        server = started.__enter__()
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        server.pages["/film"] = fixed(b"six")
        with Fetcher(store, QUICK) as fetcher:
            assert fetcher.get(f"http://[::1]:{server.server_port}/film").body == b"six"
        assert server.log[-1].headers["host"] == f"[::1]:{server.server_port}"
    finally:
        started.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("http://127.0.0.1:1/", "not reachable"),
        ("http://films.invalid/", "no such host"),  # a name that never exists (RFC 2606)
        ("http://a..example/", "no such host"),
    ],
)
def test_where_nobody_answers(store: PageStore, url: str, detail: str) -> None:
    with Fetcher(store, replace(QUICK, robots=False, tries=1)) as fetcher, pytest.raises(PageError) as caught:
        fetcher.get(url)
    assert (caught.value.reason, caught.value.detail) == (reasons.NO_ANSWER, detail)


def test_a_server_that_speaks_no_tls(server: Server, store: PageStore) -> None:
    with Fetcher(store, replace(QUICK, robots=False, tries=1)) as fetcher, pytest.raises(PageError) as caught:
        fetcher.get(server.url.replace("http:", "https:"))
    assert (caught.value.reason, caught.value.detail) == (reasons.NO_ANSWER, "its certificate or TLS is wrong")
