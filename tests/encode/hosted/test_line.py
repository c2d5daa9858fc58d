"""Sending: calls end in time, threads share connections, and closing lets everyone go."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # whichever version the Hub's library uses

from kadr.encode.encoder import Profile, Role
from kadr.encode.hosted.faults import Asked
from kadr.encode.hosted.line import Lines, Post
from kadr.encode.hosted.secrets import Keys
from kadr.encode.hosted.service import Service
from kadr.encode.hosted.wire import HEADERS
from kadr.errors import ServiceBusy, ServiceMissing
from tests.servers.faults import Fault
from tests.servers.inference import InferenceServer, vector_of
from tests.servers.inference import Service as Served

DIM = 32


@contextlib.contextmanager
def service_at(url: str) -> Iterator[Service]:
    with contextlib.closing(Service(Profile("tei", "maker/model", DIM, url=url), Keys())) as service:
        yield service


def expected(texts: list[str]) -> np.typing.NDArray[np.float32]:
    return np.stack([vector_of(text, DIM, "maker/model") for text in texts])


def test_calls_that_follow_each_other_share_a_connection() -> None:
    """The server takes one connection and no other: a second one would never be answered."""
    body = b"[[%s]]" % b",".join([b"0.5"] * DIM)
    reply = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            while piece := connection.recv(65_536):
                if piece.endswith(b"}"):  # the body, or its end
                    connection.sendall(reply)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with service_at(f"http://127.0.0.1:{listener.getsockname()[1]}") as service:
            before = threading.active_count()
            for _ in range(5):
                service.embed(["x"], Role.QUERY, timeout=5)
            assert threading.active_count() == before  # nor does a call leave a thread
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    "fault", [Fault.never_answer(), Fault.slow_drip(60), Fault.latency(60_000)], ids=lambda fault: fault.name
)
def test_a_call_ends_when_its_time_is_over(fault: Fault) -> None:
    with InferenceServer(Served(dim=DIM), faults=[None, fault]) as server, service_at(server.url) as service:
        service.embed(["x"], Role.QUERY, timeout=10)  # the second call goes over the connection of the first
        started = time.monotonic()
        with pytest.raises(ServiceBusy, match=r"gave no whole answer within 0.4 s"):
            service.embed(["x"], Role.QUERY, timeout=0.4)
        assert 0.35 < time.monotonic() - started < 2
        np.testing.assert_allclose(service.embed(["x"], Role.QUERY, timeout=10), expected(["x"]), atol=1e-6)


def test_a_body_that_only_looks_whole_because_its_call_was_cut_off_is_not_believed() -> None:
    """Its end is the end of the connection, which the clock has ended."""
    body = b"[[%s]]" % b",".join([b"0.5"] * DIM)

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            while not connection.recv(65_536).endswith(b"}"):
                pass
            connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + body)
            connection.settimeout(10)
            connection.recv(1)  # nothing more comes: the client hangs up

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with (
            service_at(f"http://127.0.0.1:{listener.getsockname()[1]}") as service,
            pytest.raises(ServiceBusy, match=r"gave no whole answer within 0.5 s"),
        ):
            service.embed(["x"], Role.QUERY, timeout=0.5)
        thread.join(15)
        assert not thread.is_alive()


def test_headers_that_drip_are_no_way_to_hold_a_call() -> None:
    """Each byte comes well within the time for one read; all of them would take a minute."""
    done = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):  # the client hangs up, as it should
            for letter in b"HTTP/1.1 200 OK\r\nx-slow: " + b"a" * 600:
                if done.wait(0.1):
                    return
                connection.send(bytes([letter]))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        started = time.monotonic()
        with (
            service_at(f"http://127.0.0.1:{listener.getsockname()[1]}") as service,
            pytest.raises(ServiceBusy, match=r"gave no whole answer within 0.5 s"),
        ):
            service.embed(["x"], Role.QUERY, timeout=0.5)
        assert time.monotonic() - started < 2
        done.set()
        thread.join()


@pytest.mark.parametrize("timeout", [0, -1])
def test_without_time_nothing_is_sent(timeout: float) -> None:
    with InferenceServer(Served(dim=DIM)) as server, service_at(server.url) as service:
        with pytest.raises(ServiceBusy, match="was not asked: no time was left"):
            service.embed(["x"], Role.QUERY, timeout=timeout)
        assert not server.requests


def test_threads_share_a_service_and_its_connections() -> None:
    with InferenceServer(Served(dim=DIM)) as server, service_at(server.url) as service:
        wrong: list[int] = []

        def ask(number: int) -> None:
            for turn in range(5):
                texts = [f"{number} {turn} {i}" for i in range(3)]
                if not np.allclose(service.embed(texts, Role.QUERY, timeout=30), expected(texts), atol=1e-6):
                    wrong.append(number)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert len(server.requests) == 40
        assert server.peak_concurrency <= 8


def test_closing_ends_calls_that_wait() -> None:
    with InferenceServer(Served(dim=DIM), faults=[Fault.never_answer()]) as server, service_at(server.url) as service:
        ended: list[str] = []

        def wait() -> None:
            try:
                service.embed(["x"], Role.QUERY, timeout=60)
            except ServiceBusy as busy:
                ended.append(str(busy))

        thread = threading.Thread(target=wait)
        thread.start()
        while not server.requests:
            time.sleep(0.01)
        service.close()
        thread.join(5)
        assert len(ended) == 1
        assert not thread.is_alive()
        with pytest.raises(ServiceBusy, match="is not asked any more: this program closes"):
            service.embed(["x"], Role.QUERY, timeout=1)
        service.close()


def test_closing_ends_a_call_that_is_not_connected_yet() -> None:
    asked = Asked("h", "m", "KADR_INFERENCE_TOKEN", Keys())
    with InferenceServer(Served(dim=DIM), faults=lambda *_: Fault.never_answer()) as server:
        lines = Lines(encrypted=False)
        started = time.monotonic()
        post = Post(f"{server.url}/embed", b'{"inputs":["x"]}', HEADERS, "", 30, started + 30, 100)
        with lines._line(asked) as line:
            lines.close()
            with pytest.raises(httpx.HTTPError):
                line.post(post)
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_is_none_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "gopher://me:hunter2@proxy.example")
    with (
        contextlib.closing(Service(Profile("tei", "m", DIM, url="https://nobody.invalid"), Keys())) as service,
        pytest.raises(ServiceMissing, match=variable) as caught,
    ):
        service.embed(["x"], Role.QUERY, timeout=5)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
