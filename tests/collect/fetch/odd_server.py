"""A loopback server whose every path is a small function of the handler: well, odd or hostile."""

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kadr.collect.fetch.client import Manners

QUICK = Manners(delay_s=0.0, at_once=8, timeout_s=5.0, backoff_s=0.01, allow_private=True)
"""Manners among ourselves."""


@dataclass(frozen=True)
class Asked:
    """A request as it came: when (monotonic), for what, with which headers (lower case)."""

    at: float
    path: str
    headers: dict[str, str]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body goes out at once, not when the headers were acknowledged
    server: "Server"

    def do_GET(self) -> None:
        seen = {name.lower(): value for name, value in self.headers.items()}
        self.server.log.append(Asked(time.monotonic(), self.path, seen))
        page = self.server.pages.get(self.path.partition("?")[0], missing)
        with self.server.counting():
            page(self)

    def reply(self, body: bytes = b"", status: int = 200, /, **headers: str) -> None:
        """Answer; `content_type="..."` makes a header of that name."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "content_length" not in headers and status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self, parts: Iterator[bytes], every_s: float) -> None:
        """Send parts until they end or nobody listens, and close."""
        self.close_connection = True
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()
            if self.server.ended.wait(every_s):
                return

    def log_message(self, *_: object) -> None:
        """Stay silent."""


Page = Callable[[Handler], None]


def missing(handler: Handler) -> None:
    handler.reply(b"<h1>404</h1>", 404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int]) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)
        self.pages: dict[str, Page] = {}
        self.log: list[Asked] = []
        self.ended = threading.Event()
        self.most_at_once = self._at_once = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order, without robots.txt."""
        return [asked.path for asked in self.log if asked.path != "/robots.txt"]

    @contextmanager
    def counting(self) -> Iterator[None]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what many of these tests are about."""


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[Server]:
    with Server((host, 0)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()


def fixed(body: bytes, status: int = 200, /, **headers: str) -> Page:
    """The same answer each time."""
    return lambda handler: handler.reply(body, status, **headers)


def in_turn(*pages: Page) -> Page:
    """One page after the other, then the last one always."""
    left = list(pages)

    def page(handler: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return page


def moved(to: str, status: int = 302) -> Page:
    """A redirect; letters go out as UTF-8, as servers send them."""
    return fixed(b"moved", status, Location=to.encode().decode("latin-1"))
