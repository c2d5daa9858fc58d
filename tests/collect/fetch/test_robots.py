"""robots.txt: what it forbids, how it is fetched, and that it cannot be turned against the reader."""

import gzip
import time
from dataclasses import replace

import pytest

from kadr.collect.fetch import reasons
from kadr.collect.fetch.client import Fetcher
from kadr.collect.fetch.robots import MAX_BYTES, Rules, read_rules
from kadr.collect.fetch.store import PageStore
from kadr.errors import PageError
from tests.collect.fetch.odd_server import QUICK, Page, Server, fixed, in_turn, moved, serving

WHERE = "https://films.example/robots.txt"
FORBID = b"User-agent: *\nDisallow: /private/\nSitemap: https://films.example/map.xml\nSitemap: /more.xml.gz"
ONCE = replace(QUICK, tries=1)


def outcome(fetcher: Fetcher, url: str) -> str:
    try:
        return fetcher.get(url).body.decode()
    except PageError as error:
        return error.reason


def test_what_is_forbidden_is_not_asked_for(server: Server, store: PageStore) -> None:
    server.pages |= {"/robots.txt": fixed(FORBID), "/private/film": fixed(b"secret"), "/film": fixed(b"film")}
    server.pages["/sly"] = moved("/private/film")
    with Fetcher(store, QUICK) as fetcher:
        for path in ("/private/film", "/private/film#x", "/x/../private/film", "/x/%2e%2E/private/film", "/sly"):
            assert outcome(fetcher, server.url + path) == reasons.FORBIDDEN
        assert outcome(fetcher, f"{server.url}/film") == "film"
        assert fetcher.sitemaps_of(f"{server.url}/any") == (
            "https://films.example/map.xml",
            f"{server.url}/more.xml.gz",
        )
    assert server.paths == ["/sly", "/film"]
    with Fetcher(store, replace(QUICK, robots=False)) as fetcher:
        assert outcome(fetcher, f"{server.url}/private/film") == "secret"


def test_it_is_kept_for_a_day(server: Server, store: PageStore) -> None:
    server.pages |= {"/robots.txt": fixed(FORBID), "/film": fixed(b"film")}
    robots = f"{server.url}/robots.txt"
    for _ in range(2):
        with Fetcher(store, QUICK) as fetcher:
            fetcher.get(f"{server.url}/film")
    assert [asked.path for asked in server.log] == ["/robots.txt", "/film", "/film"]
    kept = store.get(robots)
    assert kept is not None
    store.put(replace(kept, fetched_at="2020-01-01T00:00:00+00:00"))
    server.pages["/robots.txt"] = fixed(b"User-agent: *\nDisallow: /")
    with Fetcher(store, QUICK) as fetcher:
        assert outcome(fetcher, f"{server.url}/film") == reasons.FORBIDDEN


def test_each_host_has_its_own(server: Server, store: PageStore) -> None:
    with serving() as other, Fetcher(store, QUICK) as fetcher:
        server.pages |= {"/": moved(f"{other.url}/film")}
        other.pages |= {"/robots.txt": fixed(b"User-agent: kadr\nDisallow: /film"), "/film": fixed(b"film")}
        with pytest.raises(PageError, match=r"forbidden by robots.txt \(the page it redirects to\)"):
            fetcher.get(server.url)
        assert other.paths == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (fixed(b"", 404), "film"),
        (fixed(b"", 410), "film"),
        (fixed(b"", 403), "film"),
        (fixed(b"", 401), "film"),
        (fixed(b"", 400), "film"),
        (moved("/robots.txt"), "film"),
        (moved("file:///robots.txt"), "film"),
        (fixed(b"<!doctype html><title>all here</title>Disallow: /"), "film"),
        (fixed(b"\xff\xfe\0\x01 not text"), "film"),
        (moved("/elsewhere.txt"), reasons.FORBIDDEN),
        (fixed(b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), reasons.FORBIDDEN),
        (fixed(gzip.compress(b"User-agent: *\nDisallow: /"), Content_Encoding="gzip"), reasons.FORBIDDEN),
        (fixed(b"User-agent: *\nDisallow: /\n" + b"# x\n" * MAX_BYTES), reasons.FORBIDDEN),
        (fixed(b"# x\n" * MAX_BYTES + b"User-agent: *\nDisallow: /\n"), "film"),
        (fixed(b"", 500), reasons.GIVEN_UP),
        (fixed(b"", 429), reasons.GIVEN_UP),
        (fixed(b"x", content_length="50"), reasons.GIVEN_UP),
    ],
)
def test_what_its_answer_means(server: Server, store: PageStore, answer: Page, expected: str) -> None:
    server.pages |= {"/robots.txt": answer, "/film": fixed(b"film")}
    server.pages["/elsewhere.txt"] = fixed(b"User-agent: *\nDisallow: /film")
    with Fetcher(store, replace(ONCE, timeout_s=1.0)) as fetcher:
        assert [outcome(fetcher, f"{server.url}/film") for _ in range(2)] == [expected] * 2
    asked = [asked.path for asked in server.log]
    assert asked.count("/robots.txt") <= 6
    assert ("/film" in asked) == (expected == "film")


def test_a_fault_that_passes_does_not_close_the_host(server: Server, store: PageStore) -> None:
    server.pages |= {"/robots.txt": in_turn(fixed(b"", 503), fixed(FORBID)), "/film": fixed(b"film")}
    with Fetcher(store, QUICK) as fetcher:
        assert outcome(fetcher, f"{server.url}/film") == "film"
        assert outcome(fetcher, f"{server.url}/private/") == reasons.FORBIDDEN


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: kadr\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", {"/b": True, "/a": False}),
        ("User-agent: KADR/1.0\nDisallow: /a", {"/a": False}),
        ("User-agent: kadr*\nDisallow: /a", {"/a": False}),
        ("user agent: x\nuseragent: kadr # us\nDisallow: /a", {"/a": False}),
        ("User-agent: k\nDisallow: /a", {"/a": True}),
        ("User-agent: kadrovik\nDisallow: /a", {"/a": True}),
        ("User-agent: other\nDisallow: /", {"/a": True}),
        ("User-agent: other\nUser-agent: *\nDisallow: /a", {"/a": False, "/b": True}),
        ("User-agent: *\nDisallow: /\nAllow: /film/*/about$", {"/film/1/about": True, "/film/1/about/x": False}),
        ("User-agent: *\nDisallow: /поиск", {"/%D0%BF%D0%BE%D0%B8%D1%81%D0%BA?q": False, "/a": True}),
        ("User-agent: *\nDisallow:", {"/a": True}),
        ("Disallow: /a", {"/a": True}),
        ("", {"/a": True}),
    ],
)
def test_rules(text: str, allowed: dict[str, bool]) -> None:
    rules = read_rules(text, WHERE)
    assert {path: rules.allow(f"https://films.example{path}") for path in allowed} == allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 86400", 86_400.0),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
        ("User-agent: *\nRequest-rate: 1/5", 5.0),
        ("User-agent: other\nCrawl-delay: 9", 0.0),
        ("User-agent: kadr\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 9", 3.0),
    ],
)
def test_delays(text: str, delay: float) -> None:
    assert read_rules(text, WHERE).delay_s == delay


@pytest.mark.parametrize("asked", ["Crawl-delay: 301", "Request-rate: 1/1h"])
def test_a_host_that_wants_longer_pauses_than_are_made_is_not_read(
    server: Server, store: PageStore, asked: str
) -> None:
    server.pages |= {"/robots.txt": fixed(f"User-agent: *\n{asked}".encode()), "/film": fixed(b"film")}
    with Fetcher(store, ONCE) as fetcher:
        with pytest.raises(PageError, match=r"forbidden by robots\.txt \(it asks for .* seconds between two pages\)"):
            fetcher.get(f"{server.url}/film")
        with pytest.raises(PageError, match="forbidden"):
            fetcher.sitemaps_of(server.url)
    assert server.paths == []


def test_a_long_pause_is_made_as_it_is_asked_for(server: Server, store: PageStore) -> None:
    server.pages |= {"/robots.txt": fixed(b"User-agent: *\nCrawl-delay: 299"), "/film": fixed(b"film")}
    with Fetcher(store, ONCE) as fetcher:
        fetcher.sitemaps_of(server.url)
        assert fetcher._lane(server.url)._delay == 299


def test_sitemaps_are_absolute_and_not_endless() -> None:
    lines = ["Sitemap: /a.xml", "Sitemap: http://[broken/", "sitemap:/a.xml"] + [f"Sitemap: /{n}" for n in range(5_000)]
    sitemaps = read_rules("\n".join(lines), WHERE).sitemaps
    assert sitemaps[:2] == ("https://films.example/a.xml", "https://films.example/0")
    assert 900 < len(sitemaps) <= 1_000
    assert Rules().allow("https://films.example/")


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: a{0}\n" * 15_000 + "Disallow: /{0}\n" * 15_000,
        "User-agent: *\n" + "Disallow: /*a*{0}\n" * 25_000,
        "User-agent: *\n" + "Disallow: /" + "*a" * 200_000,
        "User-agent: *\n" + "Allow: /\nDisallow: /$\n" * 20_000,
        "U" * MAX_BYTES,
        "User-agent:" + " " * MAX_BYTES,
    ],
)
def test_no_robots_txt_takes_long(text: str) -> None:
    full = "".join(line.replace("{0}", str(number)) for number, line in enumerate(text.splitlines(keepends=True)))
    began = time.process_time()
    rules = read_rules(full[:MAX_BYTES], WHERE)
    for number in range(10):
        rules.allow(f"https://films.example/{'a' * 2_000}{number}")
    assert time.process_time() - began < 5
