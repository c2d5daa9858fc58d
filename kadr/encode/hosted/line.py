"""Sending: connections to one server, each used by one call at a time, and cut off when the call's time is over.

The HTTP client is the one of the Hub's library. Its timeouts are for each single read, so that a server which sends one
byte now and then could hold a call for ever; hence the clock beside it.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # whichever version the Hub's library uses

from kadr.encode.hosted.faults import Asked, Reply
from kadr.errors import ServiceBusy

__all__ = ["Lines", "Post"]

CONNECT_S = 5.0
"""A connection takes a tenth of that around the world; a host of several dead addresses costs it for each."""
IDLE_S = 30.0
"""How long a connection is kept for the next call: visitors come seconds apart; servers hang up after a minute."""
MAX_IDLE = 16
"""Connections kept; more calls at once than that open their own."""
MAX_FAULT_BYTES = 16_384
"""What is read of an answer that is not 200; its message stands at the beginning."""


@dataclass(frozen=True, slots=True)
class Post:
    """A request. `token`: sent as bearer, empty for none. `timeout`: seconds that it may take, which end at `until`, a
    time of `time.monotonic()`. `most`: bytes that an answer of status 200 may have.
    """

    url: str
    body: bytes
    headers: Mapping[str, str]
    token: str
    timeout: float
    until: float
    most: int

    def __repr__(self) -> str:
        """Tell where it goes, and nothing of what it holds."""
        return f"Post({self.url})"


class Lines:
    """The connections to one server. Threads may share it."""

    def __init__(self, *, encrypted: bool) -> None:
        """Begin without any.

        Args:
            encrypted: the server is asked over https; then the proxy and the certificates that the environment names
                are used. Plain http is for this machine and networks without a proxy, which would read what is sent.
        """
        self._encrypted = encrypted
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        self._idle: list[_Line] = []
        self._busy: set[_Line] = set()
        self._closed = False

    def post(self, post: Post, asked: Asked) -> Reply:
        """Send a request and return its answer, whatever its status.

        Raises:
            ServiceBusy: no answer came, not in time, or not whole.
            ServiceMissing: the environment names a proxy that is none, or the address a host that nobody can have.
        """
        with self._line(asked) as line:
            try:
                return line.post(post)
            except (httpx.HTTPError, TimeoutError) as error:
                raise _fault(error, post, asked, late=line.cut_off) from error
            except httpx.InvalidURL as error:  # such as 300.1.1.1, which has the form of a name, too
                raise asked.missing("cannot be asked: its address names no host that there can be") from error

    def close(self) -> None:
        """Close every connection; calls that still wait end at once, with ServiceBusy."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for line in self._busy:
                line.cut()
        for line in idle:
            line.close()

    @contextlib.contextmanager
    def _line(self, asked: Asked) -> Iterator["_Line"]:
        line = self._taken(asked)
        try:
            yield line
        finally:
            with self._lock:
                self._busy.discard(line)
                keep = not self._closed and len(self._idle) < MAX_IDLE
                if keep:
                    self._idle.append(line)
            if not keep:
                line.close()

    def _taken(self, asked: Asked) -> "_Line":
        with self._lock:
            if self._closed:
                raise asked.busy("is not asked any more: this program closes")
            line = self._idle.pop() if self._idle else self._new(asked)
            line.cut_off = False  # here, under the lock, so that no `close` that comes after is forgotten
            self._busy.add(line)
            return line

    def _new(self, asked: Asked) -> "_Line":
        """Open nothing yet, but make a connection's client; the certificates are read once for all of them."""
        try:
            self._context = self._context or self._certificates()
            return _Line(self._context, trust_env=self._encrypted)
        except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
            # Its own message may hold the proxy's password.
            raise asked.missing(
                "cannot be asked: HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE or SSL_CERT_DIR in the environment is no good "
                f"({type(error).__name__})"
            ) from None

    def _certificates(self) -> ssl.SSLContext:
        if self._encrypted:
            return httpx.create_ssl_context()
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, is not used, and spares 60 ms


class _Line:
    """One connection, for one call at a time. `cut_off`: its call was ended by the clock or by `cut`."""

    def __init__(self, context: ssl.SSLContext, *, trust_env: bool) -> None:
        self.cut_off = False
        self._socket: socket.socket | None = None
        self._spare: socket.socket | None = None  # the connection by a second name, while it is being encrypted
        self._client = httpx.Client(
            verify=context,
            trust_env=trust_env,
            follow_redirects=False,  # a token and a visitor's words go where they were meant to go
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # none is kept: they pile up, and mark visitors
            limits=httpx.Limits(max_connections=1, keepalive_expiry=IDLE_S),
        )

    def post(self, post: Post) -> Reply:
        """Send a request, and return the answer."""
        left = max(post.until - time.monotonic(), 0.001)  # 0 would mean "do not block" to a socket
        clock = threading.Timer(left, self.cut)
        clock.daemon = True
        try:
            clock.start()
        except RuntimeError as error:  # the system has no thread to give
            raise httpx.TransportError(str(error)) from error
        try:
            with self._client.stream(
                "POST",
                post.url,
                content=post.body,
                headers={**post.headers, **({"authorization": f"Bearer {post.token}"} if post.token else {})},
                extensions={"timeout": _timeouts(left), "trace": self._watch},
            ) as response:
                reply = _reply(response, post.most)
        finally:
            clock.cancel()
            clock.join()  # or it could cut the next call
            self._drop_spare()
        if self.cut_off:  # where the end of the connection ends the body, a body cut short looks whole
            raise TimeoutError
        return reply

    def cut(self) -> None:
        """End the call that another thread makes, by ending its connection."""
        self.cut_off = True
        _shut(self._socket)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the socket of a connection as it opens, in the clear and then encrypted."""
        if event.endswith("start_tls.started") and self._socket is not None:
            # TLS takes the socket over, and shows its own when both sides have agreed, which may never be.
            with contextlib.suppress(OSError):  # it was cut off already
                self._socket = self._spare = socket.socket(fileno=socket.dup(self._socket.fileno()))
        elif event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            self._drop_spare()
        else:
            return
        if self.cut_off:  # the time was over before there was something to cut
            _shut(self._socket)

    def _drop_spare(self) -> None:
        """Close the second name, or the connection would outlive the first."""
        if self._spare is not None:
            self._spare.close()
            self._spare = None


def _shut(connection: socket.socket | None) -> None:
    if connection is not None:
        with contextlib.suppress(OSError):  # it is closed already
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not the one of TLS, which would say goodbye first


def _timeouts(seconds: float) -> dict[str, float]:
    return {"connect": min(seconds, CONNECT_S), "pool": seconds, "write": seconds, "read": seconds}


def _reply(response: httpx.Response, most: int) -> Reply:
    if "," in response.headers.get("content-encoding", ""):
        # 9 KB that unpack to 2 GB that unpack to nothing take 40 s, in which nobody looks at the clock.
        raise httpx.DecodingError("its answer is packed more than once")
    limit = most if response.status_code == httpx.codes.OK else MAX_FAULT_BYTES
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > limit:
            return Reply(response.status_code, response.headers, bytes(body[:limit]), whole=False)
    return Reply(response.status_code, response.headers, bytes(body))


def _fault(error: Exception, post: Post, asked: Asked, *, late: bool) -> ServiceBusy:
    if late or isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout | httpx.PoolTimeout):
        return asked.busy(f"gave no whole answer within {post.timeout:g} s")
    if isinstance(error, httpx.ConnectTimeout):
        return asked.busy(f"could not be reached within {min(post.timeout, CONNECT_S):g} s")
    why = asked.quoted(str(error)) or type(error).__name__
    if isinstance(error, httpx.ConnectError):
        return asked.unreached(f"could not be reached ({why})")
    return asked.busy(f"hung up, or could not be asked ({why})")
