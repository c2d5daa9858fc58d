"""What a server, an address or the system does to a call beyond failing: it ends in time, and as one of our errors."""

import contextlib
import gc
import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.endpoint import Endpoint
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.sender import Sender
from kadr.encode.hosted.service import Service
from kadr.errors import ServiceBusy, ServiceMissing
from tests.servers.wire import Loopback, Received, Reply

DIM = 4
VECTOR = [0.5] * DIM
BODY = json.dumps([VECTOR]).encode()
SOON = 2.0


def service_at(url: str) -> Service:
    return Service(Profile("tei", "maker/model", DIM, url=url), Keys())


def embedded(service: Service, timeout: float = 10) -> list[float]:
    (row,) = service.embed(["x"], Role.QUERY, timeout=timeout).tolist()
    return list(row)


def packed(times: int) -> Reply:
    body = BODY
    for _ in range(times):
        body = gzip.compress(body)
    return Reply(200, body, {"Content-Encoding": ", ".join(["gzip"] * times)})


def test_an_answer_that_is_packed_once_is_understood_all_the_same() -> None:
    with Loopback(lambda _: packed(1)) as server, contextlib.closing(service_at(server.url)) as service:
        assert embedded(service) == VECTOR


@pytest.mark.parametrize("times", [2, 3])
def test_an_answer_that_is_packed_more_than_once_is_not_unpacked(times: int) -> None:
    """Each layer makes a thousand bytes of one, and what holds nothing at last would be unpacked for hours."""
    with (
        Loopback(lambda _: packed(times)) as server,
        contextlib.closing(service_at(server.url)) as service,
        pytest.raises(ServiceBusy, match="packed more than once"),
    ):
        embedded(service)


def test_no_cookie_is_sent_back() -> None:
    """They would make one visitor of all, and pile up until no server takes the headers any more."""
    sent: list[bool] = []

    def mark(received: Received) -> Reply:
        sent.append("cookie" in received.headers)
        return Reply(200, BODY, {"Set-Cookie": f"visitor{len(sent)}=known; Path=/"})

    with Loopback(mark) as server, contextlib.closing(service_at(server.url)) as service:
        for _ in range(3):
            assert embedded(service) == VECTOR
    assert sent == [False] * 3


@pytest.mark.parametrize("url", ["http://300.1.1.1", "https://1.2.3.04:8080/x"])
def test_a_host_of_numbers_that_is_no_address_is_told_as_one_of_our_errors(url: str) -> None:
    with (
        contextlib.closing(service_at(url)) as service,
        pytest.raises(ServiceMissing, match=r"its address names no host .*; check encoder.model, .* encoder.url"),
    ):
        embedded(service)


@pytest.fixture
def no_threads() -> Iterator[None]:
    before = threading.stack_size(1 << 47)  # more than a process can have
    yield
    threading.stack_size(before)


@pytest.mark.usefixtures("no_threads")
def test_a_system_without_another_thread_is_a_reason_to_try_later() -> None:
    with contextlib.closing(service_at("http://127.0.0.1:9")) as service, pytest.raises(ServiceBusy, match="thread"):
        embedded(service)


@contextlib.contextmanager
def silent(said: bytes = b"") -> Iterator[tuple[str, Callable[[], bool]]]:
    """Yield the address of a server that says this and no more, and what tells whether its client hung up."""
    ended: list[bool] = []

    def listen(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(20)
            with contextlib.suppress(ConnectionError):  # so it ends where the client leaves something unread
                while connection.recv(65_536):
                    connection.sendall(said)
            ended.append(True)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, args=(listener,))
        thread.start()

        def over() -> bool:
            thread.join(SOON)
            return bool(ended)

        yield f"127.0.0.1:{listener.getsockname()[1]}", over
        thread.join()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_closing_ends_a_call_whose_server_says_nothing_even_in_the_handshake(scheme: str) -> None:
    with silent() as (place, over):
        service = service_at(f"{scheme}://{place}")
        closing = threading.Timer(0.3, service.close)
        closing.start()
        started = time.monotonic()
        with pytest.raises(ServiceBusy):
            embedded(service, timeout=20)
        assert 0.25 < time.monotonic() - started < SOON
        closing.join()
        assert over(), "the connection outlived its call"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_call_whose_time_is_over_leaves_no_connection(scheme: str) -> None:
    with silent() as (place, over), contextlib.closing(service_at(f"{scheme}://{place}")) as service:
        with pytest.raises(ServiceBusy, match=r"gave no whole answer within 0.3 s"):
            embedded(service, timeout=0.3)
        assert over()


def test_a_handshake_that_fails_leaves_no_connection() -> None:
    with silent(b"this is no TLS") as (place, over), contextlib.closing(service_at(f"https://{place}")) as service:
        with pytest.raises(ServiceBusy, match="could not be reached"):
            embedded(service)
        assert over()


def _service(url: str) -> Sender:
    service = service_at(url)
    np.testing.assert_array_equal(service.embed(["x"], Role.QUERY, timeout=10), [VECTOR])
    return service


def _endpoint(url: str) -> Sender:
    endpoint = Endpoint(f"{url}/rerank", "maker/model", Keys(), setting="search.rerank")
    assert endpoint.post({}, timeout=10, most=1_000) == [VECTOR]
    return endpoint


@pytest.mark.parametrize("opened", [_service, _endpoint])
def test_what_is_dropped_without_being_closed_leaves_no_connection(opened: Callable[[str], Sender]) -> None:
    ended: list[bool] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(20)
            while piece := connection.recv(65_536):
                if piece.endswith(b"}"):
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY))
            ended.append(True)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        sender: Sender | None = opened(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert not ended
        sender = None
        gc.collect()
        thread.join(SOON)
        assert ended
        assert sender is None
