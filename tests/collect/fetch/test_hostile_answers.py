"""Answers that are slow, endless, cut, packed with ill will, or not HTTP at all."""

import gzip
import itertools
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from kadr.collect.fetch import reasons
from kadr.collect.fetch.body import unpacked
from kadr.collect.fetch.client import Fetcher
from kadr.collect.fetch.store import PageStore
from kadr.errors import PageError
from tests.collect.fetch.odd_server import QUICK, Handler, Page, Server, fixed, in_turn

SMALL = replace(QUICK, tries=2, max_bytes=100_000)
HASTE = replace(SMALL, timeout_s=0.4)
BODY = "Старый фонарщик находит подо льдом город. ".encode() * 500


def failing(fetcher: Fetcher, url: str) -> tuple[str, str]:
    with pytest.raises(PageError) as caught:
        fetcher.get(url)
    return caught.value.reason, caught.value.detail


def head(handler: Handler, *lines: str) -> None:
    handler.close_connection = True
    handler.wfile.write("\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode())


def slow_headers(handler: Handler) -> None:
    letters = (f"X-{number}: y\r\n".encode() for number in itertools.count())
    handler.drip(itertools.chain([b"HTTP/1.1 200 OK\r\n"], letters), 0.02)


def silent(handler: Handler) -> None:
    handler.server.ended.wait(5)


def endless_lines(handler: Handler) -> None:
    head(handler)
    handler.drip(iter(lambda: b"x" * 1000, b""), 0.0)


def dripping(handler: Handler) -> None:
    head(handler)
    handler.drip(iter(lambda: b"x", b""), 0.02)


def dripping_to_the_close(handler: Handler) -> None:
    head(handler, "Connection: close")
    handler.drip(iter(lambda: b"x", b""), 0.02)


def dripping_with_length(handler: Handler) -> None:
    head(handler, "Content-Length: 90000")
    handler.drip(iter(lambda: b"x", b""), 0.02)


def dripping_chunks(handler: Handler) -> None:
    head(handler, "Transfer-Encoding: chunked")
    handler.drip(iter(lambda: b"1\r\nx\r\n", b""), 0.02)


def dripping_chunk_size(handler: Handler) -> None:
    head(handler, "Transfer-Encoding: chunked")
    handler.drip(iter(lambda: b"0", b""), 0.02)


@pytest.mark.parametrize(
    "page", [dripping, dripping_to_the_close, dripping_with_length, dripping_chunks, dripping_chunk_size]
)
def test_a_body_that_takes_for_ever_ends_in_time(server: Server, store: PageStore, page: Page) -> None:
    server.pages["/film"] = page
    began = time.monotonic()
    with Fetcher(store, replace(HASTE, robots=False)) as fetcher:  # so that this is the connection's first request
        assert failing(fetcher, f"{server.url}/film") == (reasons.TOO_SLOW, "more than 0.4 seconds")
    assert 0.3 < time.monotonic() - began < 3
    assert server.paths == ["/film"]  # it would take as long again
    assert store.get(f"{server.url}/film") is None


@pytest.mark.parametrize("page", [slow_headers, silent])
def test_headers_that_take_for_ever_end_in_time(server: Server, store: PageStore, page: Page) -> None:
    server.pages["/film"] = page
    began = time.monotonic()
    with Fetcher(store, HASTE) as fetcher:
        assert failing(fetcher, f"{server.url}/film")[0] == reasons.NO_ANSWER
    assert time.monotonic() - began < 3
    assert server.paths == ["/film"] * 2


def test_the_time_also_ends_on_a_connection_that_was_used_before(server: Server, store: PageStore) -> None:
    ports: list[int] = []

    def well(handler: Handler) -> None:
        ports.append(handler.client_address[1])
        handler.reply(b"x")

    def slow(handler: Handler) -> None:
        ports.append(handler.client_address[1])
        head(handler, "Content-Length: 150")
        handler.drip(itertools.repeat(b"x", 150), 0.02)

    server.pages |= {"/well": well, "/film": slow}
    with Fetcher(store, replace(HASTE, robots=False)) as fetcher:
        assert fetcher.get(f"{server.url}/well").body == b"x"
        began = time.monotonic()
        assert failing(fetcher, f"{server.url}/film") == (reasons.TOO_SLOW, "more than 0.4 seconds")
        assert time.monotonic() - began < 2  # the whole body takes three seconds
        assert fetcher.get(f"{server.url}/well").body == b"x"
    assert ports[0] == ports[1]


@contextmanager
def mute() -> Iterator[int]:
    """Accept connections and say nothing: a handshake of TLS then waits for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_handshake_that_takes_for_ever_ends_in_time(store: PageStore) -> None:
    began = time.monotonic()
    with mute() as port, Fetcher(store, replace(HASTE, robots=False)) as fetcher:
        assert failing(fetcher, f"https://127.0.0.1:{port}/")[0] == reasons.NO_ANSWER
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("told", ["", "Content-Length: 100001", "Transfer-Encoding: chunked"])
def test_a_body_without_an_end_stops_at_the_limit(server: Server, store: PageStore, told: str) -> None:
    def page(handler: Handler) -> None:
        head(handler, *([told] if told else []))
        part = b"3e8\r\n" + b"x" * 1000 + b"\r\n" if "chunked" in told else b"x" * 1000
        handler.drip(iter(lambda: part, b""), 0.0)

    server.pages["/film"] = page
    with Fetcher(store, SMALL) as fetcher:
        assert failing(fetcher, f"{server.url}/film") == (reasons.TOO_LARGE, "more than 100,000 bytes")
    assert server.paths == ["/film"]


def test_the_limit_itself_is_allowed(server: Server, store: PageStore) -> None:
    server.pages["/a"] = fixed(b"x" * 100_000)
    server.pages["/b"] = fixed(gzip.compress(b"x" * 100_000), Content_Encoding="gzip")
    server.pages["/c"] = fixed(gzip.compress(b"x" * 100_001), Content_Encoding="gzip")
    with Fetcher(store, SMALL) as fetcher:
        assert [len(fetcher.get(server.url + path).body) for path in ("/a", "/b")] == [100_000] * 2
        assert failing(fetcher, f"{server.url}/c")[0] == reasons.TOO_LARGE


@pytest.mark.parametrize("packing", ["gzip", "deflate", "members"])
def test_a_bomb_does_not_go_off(server: Server, store: PageStore, packing: str) -> None:
    layer = b"\0" * (1 << 20)
    if packing == "members":
        body = gzip.compress(layer) * 90
    else:
        packed = zlib.compressobj(9, wbits=31 if packing == "gzip" else 15)
        body = b"".join(packed.compress(layer) for _ in range(90)) + packed.flush()
    assert len(body) < 100_000
    server.pages["/film"] = fixed(body, Content_Encoding="deflate" if packing == "deflate" else "gzip")
    with Fetcher(store, SMALL) as fetcher:
        assert failing(fetcher, f"{server.url}/film")[0] == reasons.TOO_LARGE
    tracemalloc.start()
    try:
        assert len(unpacked(body, "deflate" if packing == "deflate" else "gzip", 50_000)) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {}),
        (gzip.compress(BODY), {"Content_Encoding": "gzip"}),
        (gzip.compress(BODY[:999]) + gzip.compress(BODY[999:]), {"Content_Encoding": "X-GZip"}),
        (zlib.compress(BODY), {"Content_Encoding": "deflate"}),
        (zlib.compress(BODY)[2:-4], {"Content_Encoding": "deflate"}),
        (BODY, {"Content_Encoding": "gzip"}),  # it says so and is not
        (BODY, {"Content_Encoding": "identity"}),
    ],
)
def test_packings(server: Server, store: PageStore, body: bytes, headers: dict[str, str]) -> None:
    server.pages["/film"] = fixed(body, **headers)
    with Fetcher(store, SMALL) as fetcher:
        assert fetcher.get(f"{server.url}/film").body == BODY
    assert server.log[-1].headers["accept-encoding"] == "gzip, deflate"


def test_a_packing_that_was_not_asked_for(server: Server, store: PageStore) -> None:
    server.pages["/film"] = fixed(BODY, Content_Encoding="br")
    with Fetcher(store, SMALL) as fetcher:
        assert failing(fetcher, f"{server.url}/film") == (reasons.ODD_ANSWER, "packed as 'br'")


@pytest.mark.parametrize("cut", ["length", "chunk", "gzip", "deflate", "headers", "hang up", "not http", "reset"])
def test_an_answer_that_is_cut_short_is_asked_for_again(server: Server, store: PageStore, cut: str) -> None:
    def page(handler: Handler) -> None:
        handler.close_connection = True
        if cut == "length":
            handler.reply(BODY[:5000], content_length=str(len(BODY)))
        elif cut == "chunk":
            head(handler, "Transfer-Encoding: chunked")
            handler.wfile.write(b"3e8\r\n" + BODY[:500])
        elif cut == "gzip":
            handler.reply(gzip.compress(BODY)[:-20], Content_Encoding="gzip")
        elif cut == "deflate":
            handler.reply(zlib.compress(BODY)[:-20], Content_Encoding="deflate")
        elif cut == "headers":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
        elif cut == "not http":
            handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        elif cut == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            handler.connection.close()

    server.pages["/film"] = page
    url = f"{server.url}/film"
    with Fetcher(store, SMALL) as fetcher:
        assert failing(fetcher, url)[0] == reasons.NO_ANSWER
        assert server.paths == ["/film"] * 2
        server.pages["/film"] = in_turn(page, fixed(BODY))
        assert fetcher.get(url).body == BODY


def test_headers_beyond_measure(server: Server, store: PageStore) -> None:
    server.pages["/many"] = lambda handler: head(handler, *(f"X-{number}: y" for number in range(500)))
    server.pages["/long"] = lambda handler: head(handler, "X: " + "y" * 100_000)
    server.pages["/tag"] = fixed(b"x", etag='"' + "y" * 5_000 + '"')
    server.pages["/odd"] = fixed(b"x", etag='"\x7f\xe9"', last_modified="\xe9")
    with Fetcher(store, SMALL) as fetcher:
        assert failing(fetcher, f"{server.url}/many")[0] == reasons.NO_ANSWER
        assert failing(fetcher, f"{server.url}/long")[0] == reasons.NO_ANSWER
        assert fetcher.get(f"{server.url}/tag").headers == {}
        assert [fetcher.get(f"{server.url}/odd").body for _ in range(2)] == [b"x"] * 2


def test_a_redirect_with_an_endless_body_is_just_a_redirect(server: Server, store: PageStore) -> None:
    def page(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
        handler.drip(iter(lambda: b"x" * 10_000, b""), 0.0)

    server.pages |= {"/film": page, "/there": fixed(b"here")}
    with Fetcher(store, SMALL) as fetcher:
        assert fetcher.get(f"{server.url}/film").body == b"here"


def test_what_follows_a_body_belongs_to_no_answer(server: Server, store: PageStore) -> None:
    fake = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake"
    server.pages |= {"/film": fixed(b"true" + fake, content_length="4"), "/next": fixed(b"next")}
    with Fetcher(store, SMALL) as fetcher:
        assert fetcher.get(f"{server.url}/film").body == b"true"
        time.sleep(0.05)
        assert fetcher.get(f"{server.url}/next").body == b"next"


def test_threads_of_a_call_end_with_it(server: Server, store: PageStore) -> None:
    server.pages["/"] = fixed(b"x")
    with Fetcher(store, QUICK) as fetcher:
        before = threading.active_count()
        for _ in range(20):
            fetcher.get(server.url)
        time.sleep(0.05)
        assert threading.active_count() <= before + 2  # the server's own, of the connection
