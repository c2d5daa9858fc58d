"""A loopback HTTP/1.1 server that answers as it is told, and keeps what it received. The stand-ins are built on it."""

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

__all__ = ["Delivery", "Loopback", "Received", "Reply", "json_reply", "text_reply"]

DRIPS = 20
"""Pieces that a dripping body comes in."""
GRACE_S = 5.0
"""How long `close` waits for the threads of open connections; they end as soon as their socket is shut."""


class Delivery(Enum):
    """How a reply reaches the client, if it does."""

    WHOLE = auto()
    DROP_BEFORE = auto()
    """The connection ends before a byte of the reply."""
    DROP_MID_BODY = auto()
    """The connection ends after half of the body."""
    NEVER = auto()
    """Nothing comes until the server closes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer.

    `repeat`: the body is sent so many times over. `sized`: its length is told; otherwise it ends with the connection.
    `drip_s`: seconds that sending it takes.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE
    repeat: int = 1
    sized: bool = True
    drip_s: float = 0.0

    def plus(self, headers: Mapping[str, str]) -> "Reply":
        """Return the reply with more headers."""
        return replace(self, headers={**self.headers, **headers})


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in. Header names are lower-case; `at` is `time.monotonic()` when its body was complete."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    def __str__(self) -> str:
        """Return the request as it stood on the wire."""
        headers = "".join(f"{name}: {value}\n" for name, value in self.headers.items())
        return f"{self.method} {self.path}\n{headers}\n{self.body.decode(errors='replace')}\n"


def json_reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply of JSON."""
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def text_reply(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> Reply:
    """Return a reply of text."""
    return Reply(status, text.encode(), {"Content-Type": kind})


class Loopback:
    """A server on 127.0.0.1 that calls `answer` for each request, in the thread of its connection.

    It listens from the constructor on, and until `close` or the end of the `with` block. `received` holds every request
    in the order in which they came. An exception in `answer` drops the connection, and is raised again by `close`.
    """

    def __init__(self, answer: Callable[[Received], Reply], port: int = 0) -> None:
        self.received: list[Received] = []
        self.closing = threading.Event()
        self._answer = answer
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def log(self) -> str:
        """Everything that was received, as it stood on the wire."""
        with self._lock:
            return "\n".join(map(str, self.received))

    def reply_to(self, received: Received) -> Reply:
        """Keep a request, and return the answer to it."""
        with self._lock:
            self.received.append(received)
        return self._answer(received)

    def rest(self, until: float) -> None:
        """Wait until `time.monotonic()` says so, or until the server closes."""
        self.closing.wait(max(0.0, until - time.monotonic()))

    def close(self) -> None:
        """Stop listening, and end every connection. A second call does nothing.

        Raises:
            Exception: what went wrong in `answer`, if anything did.
        """
        if self.closing.is_set():
            return
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._http.end_connections()
        self._thread.join()
        if self._http.crashes:
            raise self._http.crashes[0]

    def __enter__(self) -> Self:
        """Return the server; it listens already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


class _Server(ThreadingHTTPServer):
    """One thread a connection; remembers the open ones so that `end_connections` can end them."""

    daemon_threads = True
    request_queue_size = 256  # a burst of visitors connects at once

    def __init__(self, address: tuple[str, int], owner: Loopback) -> None:
        self.owner = owner
        self.crashes: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def end_connections(self) -> None:
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was first
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, GRACE_S)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 -- socketserver's signature
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):  # a client that hangs up is no crash
            self.crashes.append(error)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests, and sends replies the way they are to be delivered."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def serve(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.owner.reply_to(Received(self.command, self.path, headers, body, time.monotonic()))
        if reply.delivery is Delivery.NEVER:
            self.server.owner.closing.wait()
        if reply.delivery in {Delivery.NEVER, Delivery.DROP_BEFORE}:
            self.close_connection = True
            return
        self._send(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815 -- http.server calls them so

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- http.server's signature
        """Print nothing: a benchmark sends thousands of requests."""

    def _send(self, reply: Reply) -> None:
        head = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", f"Date: {self.date_time_string()}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        self.close_connection = self.close_connection or not reply.sized
        if reply.sized and reply.status != HTTPStatus.NO_CONTENT and "Content-Length" not in reply.headers:
            head.append(f"Content-Length: {len(reply.body) * reply.repeat}")
        first = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
        if self.command == "HEAD":
            self.wfile.write(first)
        elif reply.delivery is Delivery.DROP_MID_BODY:
            self.wfile.write(first + reply.body[: len(reply.body) // 2])
            self.close_connection = True
        elif reply.drip_s:
            self._drip(first, reply)
        else:
            self.wfile.write(first + reply.body)
            for _ in range(reply.repeat - 1):
                self.wfile.write(reply.body)

    def _drip(self, first: bytes, reply: Reply) -> None:
        size = max(1, -(-len(reply.body) // DRIPS))
        self.wfile.write(first)
        for start in range(0, len(reply.body), size):
            if self.server.owner.closing.wait(reply.drip_s / DRIPS):
                self.close_connection = True
                return
            self.wfile.write(reply.body[start : start + size])
